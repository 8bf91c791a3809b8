using MassTransit;
using Microsoft.EntityFrameworkCore;
using Shop.Contracts.Payments;

namespace Shop.Workers.Payments;

/// <summary>Closes a finding that people have dealt with. One that is closed already stays as it is.</summary>
internal sealed class DismissFindingConsumer(PaymentsDbContext payments) : IConsumer<DismissFinding>
{
    public async Task Consume(ConsumeContext<DismissFinding> context)
    {
        var (id, closed) = (context.Message.FindingId, $"{context.Message.By}: {context.Message.Reason}");
        await payments.Database.ExecuteSqlAsync($"""
            update payments.finding set state = 'DISMISSED', closed_at = now(), closed = {closed}
            where id = {id} and state = 'OPEN'
            """, context.CancellationToken);
    }
}
