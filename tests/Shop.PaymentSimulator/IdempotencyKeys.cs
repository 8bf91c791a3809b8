using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Shop.PaymentSimulator;

/// <summary>Which key was used for what, and how it was answered. A key is remembered for a day.</summary>
internal sealed class IdempotencyKeys(TimeProvider time)
{
    public const int MaxLength = 255;

    private static readonly long LifeMs = (long)TimeSpan.FromHours(24).TotalMilliseconds;

    private readonly ConcurrentDictionary<string, Use> uses = new(StringComparer.Ordinal);
    private readonly Queue<Entry> oldestFirst = new();

    public int Count => uses.Count;

    /// <summary>Takes a key for a call, or says why the call must not run.</summary>
    public Claim Claim(string key, string fingerprint)
    {
        var mine = new Use(fingerprint, null);
        while (true)
        {
            var use = uses.GetOrAdd(key, mine);
            if (ReferenceEquals(use, mine))
                return new(ClaimKind.Mine, null);
            if (use.Answer is { } answer && IsOld(answer))
            {
                if (uses.TryUpdate(key, mine, use))
                    return new(ClaimKind.Mine, null);
                continue;
            }

            return use.Fingerprint != fingerprint ? new(ClaimKind.OtherParameters, null)
                : use.Answer is null ? new(ClaimKind.InUse, null)
                : new(ClaimKind.Answered, use.Answer);
        }
    }

    /// <summary>Gives a key back whose call came to nothing.</summary>
    public void Release(string key)
    {
        if (uses.TryGetValue(key, out var use) && use.Answer is null)
            uses.TryRemove(new(key, use));
    }

    /// <summary>Remembers how a key was answered, and forgets what is old. For the journal's writer alone.</summary>
    public void Answered(Entry entry)
    {
        if (entry.Key is null)
            return;
        uses[entry.Key] = new(entry.Fingerprint ?? "", entry);
        oldestFirst.Enqueue(entry);
        while (oldestFirst.TryPeek(out var oldest) && IsOld(oldest))
        {
            oldestFirst.Dequeue();
            if (uses.TryGetValue(oldest.Key!, out var use) && ReferenceEquals(use.Answer, oldest))
                uses.TryRemove(new(oldest.Key!, use));
        }
    }

    /// <summary>The same for the same path and parameters, in whatever order they come.</summary>
    public static string Fingerprint(PathString path, IFormCollection form)
    {
        var text = new StringBuilder(path.Value);
        foreach (var (name, value) in form.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            text.Append('\n').Append(name).Append('=').Append(value.ToString());
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 16));
    }

    private bool IsOld(Entry entry) => entry.At < time.GetUtcNow().ToUnixTimeMilliseconds() - LifeMs;

    private sealed record Use(string Fingerprint, Entry? Answer);
}

internal enum ClaimKind
{
    Mine,
    InUse,
    OtherParameters,
    Answered,
}

internal sealed record Claim(ClaimKind Kind, Entry? Answer);
