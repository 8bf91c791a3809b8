namespace Shop.Api.Catalog;

/// <summary>
/// Tells whether something that was read can still be true. Whoever reads notes the generation of its subject before, and
/// what was read counts for as long as that is the subject's generation. A change moves it on, whether or not anything is
/// held at that moment: so a read that began before the change cannot pass for one that saw it, however late it ends.
/// Subjects share 65,536 counters; to share one with a subject that changes costs a read and no more.
/// </summary>
internal sealed class Generations
{
    private readonly long[] _counters = new long[1 << 16];

    public long Of(string subject) => Of(HashOf(subject));

    /// <param name="hash">Of a subject.</param>
    public long Of(int hash) => Volatile.Read(ref Counter(hash));

    public void Advance(string subject) => Interlocked.Increment(ref Counter(HashOf(subject)));

    public static int HashOf(ReadOnlySpan<char> subject) => string.GetHashCode(subject);

    /// <summary>Nothing that was read before counts any more.</summary>
    public void AdvanceAll()
    {
        foreach (ref var counter in _counters.AsSpan()) Interlocked.Increment(ref counter);
    }

    private ref long Counter(int hash) => ref _counters[hash & 0xFFFF];
}
