using Microsoft.EntityFrameworkCore;
using Npgsql;
using Shop.Contracts.Orders;
using Shop.Messaging.Hosting;

namespace Shop.Workers.Payments;

/// <summary>What the order, our books and the provider's journal say of one order's money.</summary>
internal sealed record OrderBooks
{
    public required Guid OrderId { get; init; }
    public OrderFacts? Order { get; init; }
    public Payment? Payment { get; init; }
    public IReadOnlyList<PaymentEntry> Entries { get; init; } = [];
    public IReadOnlyList<PaymentAttempt> Attempts { get; init; } = [];
    public IReadOnlyList<ProviderPayment> Theirs { get; init; } = [];

    /// <summary>Of all of <see cref="Theirs"/>.</summary>
    public IReadOnlyList<ProviderRefund> Refunds { get; init; } = [];
}

/// <param name="Status">One of the words of <see cref="OrderStatus"/>.</param>
/// <param name="ChangedAt">When it came to be so.</param>
internal sealed record OrderFacts(string Status, DateTimeOffset ChangedAt)
{
    /// <summary>Without success: it may hold no money.</summary>
    public bool IsEnded => Status
        is OrderStatus.OutOfStock or OrderStatus.PaymentFailed or OrderStatus.Cancelled or OrderStatus.Expired;
}

/// <summary>Reads all three books of some orders: ours, what is kept of the provider's, and the orders' public view.</summary>
internal sealed class OrderBooksReader(IDbContextFactory<PaymentsDbContext> contexts, ReadsDatabase reads)
{
    public async Task<IReadOnlyList<OrderBooks>> Read(IReadOnlyCollection<Guid> orders, CancellationToken cancellationToken)
    {
        if (orders.Count == 0) return [];
        Guid[] ids = [.. orders];
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var payments = await context.Payments.AsNoTracking().Where(row => ids.Contains(row.OrderId))
            .ToDictionaryAsync(row => row.OrderId, cancellationToken);
        var entries = await context.Set<PaymentEntry>().AsNoTracking().Where(row => ids.Contains(row.OrderId))
            .ToListAsync(cancellationToken);
        var attempts = await context.Attempts.AsNoTracking().Where(row => ids.Contains(row.OrderId))
            .ToListAsync(cancellationToken);
        var theirs = await context.Set<ProviderPayment>().AsNoTracking().Where(row => ids.Contains(row.OrderId))
            .ToListAsync(cancellationToken);
        string[] references = [.. theirs.Select(payment => payment.Reference)];
        var refunds = await context.Set<ProviderRefund>().AsNoTracking().Where(row => references.Contains(row.Reference))
            .ToListAsync(cancellationToken);
        var facts = await ReadOrders(ids, cancellationToken);
        return
        [
            .. ids.Select(id => new OrderBooks
            {
                OrderId = id,
                Order = facts.GetValueOrDefault(id),
                Payment = payments.GetValueOrDefault(id),
                Entries = [.. entries.Where(entry => entry.OrderId == id)],
                Attempts = [.. attempts.Where(attempt => attempt.OrderId == id)],
                Theirs = [.. theirs.Where(payment => payment.OrderId == id).OrderBy(payment => payment.CreatedAt)],
                Refunds =
                [
                    .. refunds.Where(refund => theirs.Any(payment =>
                        payment.OrderId == id && payment.Reference == refund.Reference)),
                ],
            }),
        ];
    }

    private async Task<Dictionary<Guid, OrderFacts>> ReadOrders(Guid[] ids, CancellationToken cancellationToken)
    {
        await using var command = reads.Source.CreateCommand(
            "select id, status, (history -> -1 ->> 'at')::timestamptz from orders.order_view where id = any($1)");
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = ids });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new Dictionary<Guid, OrderFacts>();
        while (await reader.ReadAsync(cancellationToken))
            found[reader.GetGuid(0)] = new OrderFacts(
                reader.GetString(1),
                reader.IsDBNull(2) ? DateTimeOffset.MinValue : reader.GetFieldValue<DateTimeOffset>(2));
        return found;
    }
}
