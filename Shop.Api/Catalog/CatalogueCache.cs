using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using Shop.Api.Http;
using Shop.Messaging;

namespace Shop.Api.Catalog;

/// <summary>
/// What anyone may browse, kept ready: in this process, pages also in Redis, both through HybridCache, which also makes
/// one read of however many ask for the same. What is kept counts while it is fresh and no event has evicted it; later it
/// is read anew, and serves only if that fails because the database is away.
/// </summary>
internal sealed class CatalogueCache : IDisposable
{
    /// <summary>What does not exist is believed for so long.</summary>
    private static readonly TimeSpan UnknownFor = TimeSpan.FromSeconds(5);

    private const int MostUnknown = 10_000;
    private const int LongestKey = 200;

    /// <summary>A key that changes faster than it is read is served as it was a moment ago.</summary>
    private const int MostAttempts = 4;

    /// <summary>Whoever could be served with something old does not wait longer for something new.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>What could not be read anew is not tried again for so long.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(2);

    private static readonly Task<CataloguePage?> Nothing = Task.FromResult<CataloguePage?>(null);

    private readonly MemoryCache _unknown = new(
        new MemoryCacheOptions { SizeLimit = MostUnknown, CompactionPercentage = 0.2 });
    private readonly PagesAtHand _atHand;
    private readonly HybridCache _hybrid;
    private readonly IMemoryCache _memory;
    private readonly SharedShelf _shelf;
    private readonly Generations _generations;
    private readonly DatabaseOutage _outage;
    private readonly TimeProvider _time;

    /// <param name="hybrid">Holds everything but what does not exist.</param>
    /// <param name="memory">Its first level.</param>
    /// <param name="shelf">Its second level.</param>
    /// <param name="generations">What events move on.</param>
    /// <param name="outage">Of the database.</param>
    /// <param name="time">Measures what is fresh.</param>
    /// <param name="options">How much may be kept.</param>
    public CatalogueCache(
        HybridCache hybrid,
        IMemoryCache memory,
        SharedShelf shelf,
        Generations generations,
        DatabaseOutage outage,
        TimeProvider time,
        IOptions<CatalogueOptions> options)
    {
        (_hybrid, _memory, _shelf) = (hybrid, memory, shelf);
        _atHand = new PagesAtHand(options.Value.MemoryBytes);
        (_generations, _outage, _time) = (generations, outage, time);
    }

    /// <summary>How many things are known not to exist.</summary>
    internal int Unknown => _unknown.Count;

    /// <summary>
    /// An answer that no event evicts: a list, a search. It is the same for everyone, for ten seconds or as it is said.
    /// </summary>
    /// <param name="key">What was asked for, normalised: the same question must make the same key.</param>
    /// <param name="read">Makes the JSON; null if there is no such thing.</param>
    /// <param name="lifetime">How it is kept, if not as lists are.</param>
    /// <returns>Null if there is no such thing.</returns>
    public async ValueTask<CataloguePage?> Page(string key, Func<Task<byte[]?>> read, Lifetime? lifetime = null)
    {
        key = "list:" + Bounded(key);
        return (await Find(key, key, lifetime ?? Lifetime.List, read, static async (read, _) =>
            await read() is { } json ? CataloguePage.Of(json) : null)).Value;
    }

    /// <summary>Finds what is kept, or reads it. Completes at once if it is in memory.</summary>
    /// <param name="key">Of what is kept.</param>
    /// <param name="subject">Of the events that evict it.</param>
    /// <param name="lifetime">How it is kept.</param>
    /// <param name="state">Handed to <paramref name="read"/>.</param>
    /// <param name="read">Reads the subject; null if there is no such thing.</param>
    /// <exception cref="Exception">Of a dependency that is away, when nothing is kept.</exception>
    public ValueTask<Cached<T>> Find<TState, T>(
        string key, string subject, Lifetime lifetime, TState state, Func<TState, string, Task<T?>> read)
        where T : class
    {
        if (_unknown.TryGetValue(key, out Cached<T>? unknown) && IsCurrent(subject, unknown!)) return new(unknown!);
        var ask = new Ask<TState, T>(this, key, subject, lifetime, state, read);
        var finding = _hybrid.GetOrCreateAsync(key, ask, Ask<TState, T>.Read, lifetime.Find);
        if (!finding.IsCompletedSuccessfully) return new(Renew(ask, finding.AsTask()));
        var found = finding.Result;
        return found.Value is not null && IsCurrent(subject, found)
            ? new(found)
            : new(Renew(ask, Task.FromResult(found)));
    }

    /// <summary>The page of a product that is kept in memory and counts; otherwise null, and nothing is read.</summary>
    public CataloguePage? KeptPage(ReadOnlySpan<char> sku)
    {
        var hash = Generations.HashOf(sku);
        if (_atHand.Find(sku, hash) is { } atHand && IsCurrent(hash, atHand)) return atHand.Value;
        var key = sku.ToString();
        var ask = new Ask<object?, CataloguePage>(this, key, key, Lifetime.Product, null, static (_, _) => Nothing);
        var finding = _hybrid.GetOrCreateAsync(key, ask, Ask<object?, CataloguePage>.Read, Lifetime.Product.Glance);
        if (finding is not { IsCompletedSuccessfully: true, Result: { Value: { } page } kept } || !IsCurrent(hash, kept))
            return null;
        _atHand.Put(key, hash, kept);
        return page;
    }

    /// <summary>What was read of these before now does not count any more, here and on the other instances.</summary>
    public Task Evict(IReadOnlyCollection<string> subjects)
    {
        foreach (var subject in subjects) _generations.Advance(subject);
        CacheMeters.Evicted.Add(subjects.Count);
        var fencing = Fence(subjects);
        // Nothing is taken from a shelf that is not trusted, so that nobody waits for one that hangs, event after event.
        return _shelf.IsTrusted ? fencing : Task.CompletedTask;
    }

    /// <summary>Any event may have gone unheard until now: nothing that was read before counts any more.</summary>
    public void EvictAll()
    {
        _shelf.LeaveAlone("changes may have gone unheard");
        _generations.AdvanceAll();
    }

    public void Dispose() => _unknown.Dispose();

    private async Task Fence(IReadOnlyCollection<string> subjects)
    {
        await _shelf.Evict(subjects);
        // Until the shelf was fenced, or failed to be, someone may have read from it what it held.
        foreach (var subject in subjects) _generations.Advance(subject);
    }

    /// <summary>Reads until what was read counts; within bounds, and unless it cannot be read.</summary>
    /// <param name="ask">What is wanted.</param>
    /// <param name="finding">What is kept, or the first read.</param>
    private async Task<Cached<T>> Renew<TState, T>(Ask<TState, T> ask, Task<Cached<T>> finding)
        where T : class
    {
        Cached<T>? known = null;
        for (var attempt = 1; ; attempt++)
        {
            var generation = _generations.Of(ask.Subject);
            try
            {
                if (attempt > 1) finding = _hybrid.GetOrCreateAsync(
                    ask.Key, ask, Ask<TState, T>.Read, ask.Lifetime.Renew).AsTask();
                known = known is null ? await finding : await finding.WaitAsync(Patience, _time);
                // HybridCache cannot be told not to keep it. It is remembered elsewhere, within bounds.
                if (known.Value is null) _memory.Remove(ask.Key);
                if (IsCurrent(ask.Subject, known)) return known;
            }
            catch (Exception away) when (Failures.IsOfDependency(away))
            {
                if (Outage.IsBehind(away)) _outage.Noticed();
                known ??= await _hybrid.GetOrCreateAsync(ask.Key, ask, Ask<TState, T>.Read, ask.Lifetime.Recall);
                if (known is null) throw;
                known.LetRest(generation, _time.After(Rest));
            }

            if (!_outage.GoesOn && !Rests(ask.Subject, known) && attempt < MostAttempts) continue;
            CacheMeters.StaleServed.Add(1);
            return known;
        }
    }

    private async ValueTask<Cached<T>> Read<TState, T>(Ask<TState, T> ask)
        where T : class
    {
        // Between its look at what is kept and its turn to read, another turn may have come and gone.
        if (await _hybrid.GetOrCreateAsync(ask.Key, ask, Ask<TState, T>.Read, ask.Lifetime.Glance) is { } kept
            && IsCurrent(ask.Subject, kept)) return kept;
        // Both are known before it is read, or a change meanwhile would go unnoticed.
        var generation = _generations.Of(ask.Subject);
        var freshUntil = _time.After(ask.Lifetime.Fresh);
        CacheMeters.Reads.Add(1);
        var value = await ask.ReadSubject(ask.State, ask.Subject).WaitAsync(SharedShelf.LongestRead, _time);
        // A list may come from elsewhere, such as a search engine.
        if (ask.Lifetime != Lifetime.List) _outage.Ended();
        if (value is not null) return new Cached<T>(ask.Lifetime, value, generation, freshUntil);
        var unknown = new Cached<T>(ask.Lifetime, null, generation, _time.After(UnknownFor));
        _unknown.Set(
            ask.Key, unknown, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = UnknownFor });
        return unknown;
    }

    private bool IsCurrent<T>(string subject, Cached<T> kept)
        where T : class =>
        IsCurrent(Generations.HashOf(subject), kept);

    private bool IsCurrent<T>(int hash, Cached<T> kept)
        where T : class =>
        kept.Generation == _generations.Of(hash) && _time.GetTimestamp() < kept.FreshUntil;

    private bool Rests<T>(string subject, Cached<T> kept)
        where T : class =>
        kept.Rests(_generations.Of(subject), _time.GetTimestamp());

    private static string Bounded(string key) =>
        key.Length <= LongestKey && !key.AsSpan().ContainsAnyInRange('\0', '\x1f')
            ? key
            : Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    /// <summary>One question, so that the way through HybridCache costs no closure.</summary>
    private readonly record struct Ask<TState, T>(
        CatalogueCache Cache,
        string Key,
        string Subject,
        Lifetime Lifetime,
        TState State,
        Func<TState, string, Task<T?>> ReadSubject)
        where T : class
    {
        public static readonly Func<Ask<TState, T>, CancellationToken, ValueTask<Cached<T>>> Read =
            static (ask, _) => ask.Cache.Read(ask);
    }
}

/// <summary>What the cache measures.</summary>
internal static class CacheMeters
{
    private static readonly Meter Meter = new("Shop.Api");

    internal static readonly Counter<long> Reads = Meter.CreateCounter<long>(
        "shop.catalogue.reads", "{read}", "What had to be read since it was not kept, or not fresh");

    internal static readonly Counter<long> Warm = Meter.CreateCounter<long>(
        "shop.catalogue.warm", "{answer}", "Product pages that were answered from memory, 304 included");

    internal static readonly Counter<long> Evicted = Meter.CreateCounter<long>(
        "shop.catalogue.evicted", "{subject}", "Subjects that an event evicted");

    internal static readonly Counter<long> StaleServed = Meter.CreateCounter<long>(
        "shop.catalogue.stale", "{answer}", "Answers with what was not fresh any more");
}
