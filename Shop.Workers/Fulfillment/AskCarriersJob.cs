using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;
using Quartz;
using Shop.Contracts.Fulfillment;
using Shop.Messaging.Hosting;
using Shop.Messaging.Outbox;

namespace Shop.Workers.Fulfillment;

/// <summary>Asks carriers for parcels that have not moved for long: their news may have been lost on the way.</summary>
[DisallowConcurrentExecution]
internal sealed class AskCarriersJob(
    Database<FulfillmentDbContext> database, MessageComposer composer, Carriers carriers,
    IOptions<FulfillmentOptions> options) : IJob
{
    private const int Most = 100;

    private const string ClaimSql = $"""
        with due as (
          select id from fulfillment.parcel
          where status in ('{ParcelStatus.HandedOver}', '{ParcelStatus.InTransit}') and due_at <= now()
            and status_since <= now() - $1 and carrier = any($3)
          order by due_at limit $2
          for no key update skip locked
        )
        update fulfillment.parcel p set due_at = now() + $1 from due where p.id = due.id
        returning p.carrier, p.tracking_number
        """;

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        var askable = carriers.Askable;
        while (askable.Length > 0)
        {
            var parcels = await Claim(askable, cancellationToken);
            await Parallel.ForEachAsync(
                parcels,
                new ParallelOptions { MaxDegreeOfParallelism = BookParcelsJob.AtOnce, CancellationToken = cancellationToken },
                async (parcel, token) => await Ask(parcel.Carrier, parcel.TrackingNumber, token));
            if (parcels.Count < Most) return;
        }
    }

    private async Task<List<(string Carrier, string TrackingNumber)>> Claim(
        string[] askable, CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand(ClaimSql);
        command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = options.Value.AskAfter });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Most });
        command.Parameters.Add(new NpgsqlParameter<string[]>
        {
            TypedValue = askable, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text,
        });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var claimed = new List<(string, string)>();
        while (await reader.ReadAsync(cancellationToken)) claimed.Add((reader.GetString(0), reader.GetString(1)));
        return claimed;
    }

    private async Task Ask(string carrier, string trackingNumber, CancellationToken cancellationToken)
    {
        foreach (var news in await carriers.Of(carrier).Track(trackingNumber, cancellationToken) ?? [])
            await composer.SendNow(new RecordTracking
            {
                Carrier = carrier,
                TrackingNumber = trackingNumber,
                Status = news.Status,
                At = news.At,
                EventId = news.EventId,
            }, cancellationToken);
    }
}
