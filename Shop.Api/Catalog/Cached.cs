using System.Buffers;
using System.Buffers.Binary;
using System.ComponentModel;
using Microsoft.Extensions.Caching.Hybrid;

namespace Shop.Api.Catalog;

/// <summary>
/// What is kept of one read, and how long it counts. HybridCache hands out the very instance, since what it says never
/// changes.
/// </summary>
/// <param name="lifetime">How it is kept.</param>
/// <param name="value">Null if there is no such thing.</param>
/// <param name="generation">Of its subject, before it was read.</param>
/// <param name="freshUntil">A timestamp of this process; later it is good enough only if there is nothing newer.</param>
[ImmutableObject(true)]
internal sealed class Cached<T>(Lifetime lifetime, T? value, long generation, long freshUntil)
    where T : class
{
    private volatile Rest? _rest;

    public Lifetime Lifetime { get; } = lifetime;
    public T? Value { get; } = value;
    public long Generation { get; } = generation;
    public long FreshUntil { get; } = freshUntil;

    /// <summary>
    /// It could not be read anew: until then it serves as it is, unless it is evicted. So one that fails or is slow costs
    /// no other its freshness.
    /// </summary>
    /// <param name="generation">Of its subject, before that was tried.</param>
    /// <param name="until">A timestamp of this process.</param>
    public void LetRest(long generation, long until) => _rest = new Rest(generation, until);

    public bool Rests(long generation, long now) => _rest is { } rest && rest.Generation == generation && now < rest.Until;

    private sealed record Rest(long Generation, long Until);
}

/// <summary>How long something is fresh, and how long it is kept beyond for when nothing newer can be had.</summary>
internal sealed class Lifetime
{
    /// <summary>What an event evicts at once; the time is for when events cannot be heard.</summary>
    public static readonly Lifetime Product = new(0, TimeSpan.FromSeconds(60), TimeSpan.FromHours(1));

    /// <summary>As a product, but in this process alone: many at once cost one statement.</summary>
    public static readonly Lifetime Card = new(
        1, TimeSpan.FromSeconds(60), TimeSpan.FromHours(1), HybridCacheEntryFlags.DisableDistributedCache);

    /// <summary>What no event evicts. There is no end of questions: Redis, where the carts are, is not filled with them.</summary>
    public static readonly Lifetime List = new(
        2, TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(10), HybridCacheEntryFlags.DisableDistributedCache);

    /// <summary>As a list, but of what people look at right after they changed it, such as reviews.</summary>
    public static readonly Lifetime Brief = new(
        3, TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(10), HybridCacheEntryFlags.DisableDistributedCache);

    public static readonly TimeSpan LongestFresh = Product.Fresh;

    private static readonly Lifetime[] All = [Product, Card, List, Brief];

    private Lifetime(
        byte code, TimeSpan fresh, TimeSpan kept, HybridCacheEntryFlags flags = HybridCacheEntryFlags.None)
    {
        (Code, Fresh, Kept) = (code, fresh, kept);
        Find = Options(flags);
        Renew = Options(flags | HybridCacheEntryFlags.DisableLocalCacheRead);
        Recall = Options(flags | HybridCacheEntryFlags.DisableUnderlyingData);
        Glance = Options(HybridCacheEntryFlags.DisableDistributedCache | HybridCacheEntryFlags.DisableUnderlyingData);
    }

    /// <summary>What stands for it in Redis.</summary>
    public byte Code { get; }

    public TimeSpan Fresh { get; }
    public TimeSpan Kept { get; }

    /// <summary>From memory, then Redis, then the database.</summary>
    public HybridCacheEntryOptions Find { get; }

    /// <summary>Past what is in memory.</summary>
    public HybridCacheEntryOptions Renew { get; }

    /// <summary>Without asking the database.</summary>
    public HybridCacheEntryOptions Recall { get; }

    /// <summary>From memory alone.</summary>
    public HybridCacheEntryOptions Glance { get; }

    /// <returns>Null for a code of another version.</returns>
    public static Lifetime? Of(byte code) => code < All.Length ? All[code] : null;

    private HybridCacheEntryOptions Options(HybridCacheEntryFlags flags) =>
        new() { Expiration = Kept, LocalCacheExpiration = Kept, Flags = flags };
}

/// <summary>
/// How what is kept is written for Redis. Generation and freshness mean something to one process only, and its
/// deserializer is told neither the key nor when it was asked for: so a place for both is left behind a mark, and
/// <see cref="SharedShelf"/> fills it in with what it knew before it asked.
/// </summary>
internal sealed class CachedSerializer<T>(Action<T, IBufferWriter<byte>> write, Func<ReadOnlySequence<byte>, T> read)
    : IHybridCacheSerializer<Cached<T>>
    where T : class
{
    public void Serialize(Cached<T> value, IBufferWriter<byte> target)
    {
        CachedHeader.Write(target, value.Lifetime, isAbsent: value.Value is null);
        if (value.Value is { } present) write(present, target);
    }

    public Cached<T> Deserialize(ReadOnlySequence<byte> source)
    {
        Span<byte> bytes = stackalloc byte[CachedHeader.Length];
        source.Slice(0, CachedHeader.Length).CopyTo(bytes);
        var header = new CachedHeader(bytes);
        return new Cached<T>(
            header.Lifetime ?? throw new FormatException("A lifetime that is not known."),
            header.IsAbsent ? null : read(source.Slice(CachedHeader.Length)),
            header.Generation,
            header.FreshUntil);
    }
}

/// <summary>Mark, lifetime, whether nothing follows; generation and end of freshness, once they are filled in.</summary>
internal readonly ref struct CachedHeader(Span<byte> bytes)
{
    public const int Length = 34;

    private static ReadOnlySpan<byte> Mark => [
        0x9d, 0x01, 0xe7, 0x5c, 0x13, 0xf2, 0x88, 0x40, 0xb6, 0xee, 0x0a, 0x71, 0xd4, 0x3b, 0xc9, 0x02];

    private readonly Span<byte> _bytes = bytes;

    public Lifetime? Lifetime => Lifetime.Of(_bytes[16]);
    public bool IsAbsent => _bytes[17] == 1;
    public long Generation => BinaryPrimitives.ReadInt64LittleEndian(_bytes[18..]);
    public long FreshUntil => BinaryPrimitives.ReadInt64LittleEndian(_bytes[26..]);

    public static void Write(IBufferWriter<byte> target, Lifetime lifetime, bool isAbsent)
    {
        var header = target.GetSpan(Length)[..Length];
        header.Clear();
        Mark.CopyTo(header);
        header[16] = lifetime.Code;
        header[17] = isAbsent ? (byte)1 : (byte)0;
        target.Advance(Length);
    }

    /// <summary>Finds the header in what HybridCache has put around it.</summary>
    public static bool TryFind(Span<byte> stored, out CachedHeader header)
    {
        var at = stored.IndexOf(Mark);
        var isThere = at >= 0 && stored.Length - at >= Length;
        header = isThere ? new CachedHeader(stored.Slice(at, Length)) : default;
        return isThere;
    }

    public void Fill(long generation, long freshUntil)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_bytes[18..], generation);
        BinaryPrimitives.WriteInt64LittleEndian(_bytes[26..], freshUntil);
    }
}
