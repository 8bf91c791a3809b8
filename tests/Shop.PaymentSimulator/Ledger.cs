using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Shop.PaymentSimulator;

/// <summary>All that the simulator knows, as the journal tells it. Nothing is here that is not on the disk.</summary>
internal sealed class Ledger : IAsyncDisposable
{
    private readonly Lock order = new();
    private readonly int maxEntries;
    private readonly TimeProvider time;
    private readonly ConcurrentDictionary<string, string[]> intentsByOrder = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, byte> busy = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> outcomes = new(StringComparer.Ordinal);
    private readonly Journal journal;
    private long sequence;
    private long lastAt;
    private (long Sequence, long At) applied;

    public Ledger(IOptions<SimulatorOptions> options, TimeProvider time, ILogger<Journal> logger)
    {
        this.time = time;
        maxEntries = options.Value.MaxEntries;
        Keys = new(time);
        journal = new(options.Value.Journal, options.Value.Fsync, Apply, logger);
        (sequence, lastAt) = (applied.Sequence, applied.At);
    }

    public IdempotencyKeys Keys { get; }

    public Shelf<Intent> Intents { get; } = new(intent => intent.Id, intent => intent.Created);

    public Shelf<Refund> Refunds { get; } = new(refund => refund.Id, refund => refund.Created);

    /// <summary>Entries that caused an event.</summary>
    public Shelf<Entry> Events { get; } = new(entry => entry.EventId, entry => entry.At);

    public Journal Journal => journal;

    /// <summary>Calls carried out, by operation and outcome, such as <c>create.402</c>.</summary>
    public IReadOnlyDictionary<string, long> Outcomes => outcomes;

    /// <summary>
    /// Gives the entry its number and time, and returns it when it is in the journal. Null when no more can be taken.
    /// </summary>
    public async ValueTask<Entry?> Commit(Entry draft)
    {
        Task? flushed;
        Entry entry;
        lock (order)
        {
            if (sequence >= maxEntries)
                return null;
            var at = Math.Max(lastAt, time.GetUtcNow().ToUnixTimeMilliseconds());
            entry = draft with
            {
                Sequence = sequence + 1,
                At = at,
                Intent = draft.Intent is { Created: 0 } made ? made with { Created = at } : draft.Intent,
                Refund = draft.Refund is { } refund ? refund with { Created = at } : null,
            };
            flushed = journal.Append(entry);
            if (flushed is null)
                return null;
            (sequence, lastAt) = (entry.Sequence, at);
        }

        await flushed;
        return entry;
    }

    /// <summary>One call at a time changes a payment: true for the one that may, until it leaves.</summary>
    public bool TryEnter(string intentId) => busy.TryAdd(intentId, 0);

    public void Leave(string intentId) => busy.TryRemove(intentId, out _);

    public IEnumerable<Intent> OfOrder(string orderId) =>
        intentsByOrder.GetValueOrDefault(orderId, []).Select(id => Intents.Find(id)!);

    /// <summary>Orders with more than one payment that was ever authorised.</summary>
    public int OrdersChargedTwice() =>
        intentsByOrder.Count(pair =>
            pair.Value.Length > 1 && OfOrder(pair.Key).Count(intent => intent.Authorized > 0) > 1);

    public ValueTask DisposeAsync() => journal.DisposeAsync();

    private void Apply(Entry entry)
    {
        applied = (entry.Sequence, entry.At);
        if (entry.Intent is { } intent)
        {
            if (intent.OrderId is { } orderId && Intents.Find(intent.Id) is null)
                intentsByOrder.AddOrUpdate(orderId, [intent.Id], (_, known) => [.. known, intent.Id]);
            Intents.Put(intent);
        }

        if (entry.Refund is not null)
            Refunds.Put(entry.Refund);
        if (entry.EventType is not null)
            Events.Put(entry);
        Keys.Answered(entry);
        outcomes.AddOrUpdate($"{entry.Operation}.{entry.Refusal?.Status ?? 200}", 1, (_, count) => count + 1);
    }
}
