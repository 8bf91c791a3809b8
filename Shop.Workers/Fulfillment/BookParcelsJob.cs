using System.Collections.Concurrent;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Quartz;
using Shop.Contracts;
using Shop.Contracts.Fulfillment;
using Shop.Messaging;
using Shop.Messaging.Hosting;
using Shop.Messaging.Outbox;

namespace Shop.Workers.Fulfillment;

/// <summary>
/// Has new parcels picked and labelled: each is claimed and PICKING before its carrier is called, outside of any
/// transaction, and LABELLED after. A carrier that does not answer is asked again, at longer and longer intervals, and at
/// last people are. What came after its order had been called off is cancelled instead. Each run takes one batch, fifty
/// parcels a second: warehouses are slower, and in a busy hour the checkouts come first.
/// </summary>
[DisallowConcurrentExecution]
internal sealed partial class BookParcelsJob(
    Database<FulfillmentDbContext> database, OutboxWriter<FulfillmentDbContext> outbox, MessageComposer composer,
    Carriers carriers, ILogger<BookParcelsJob> logger) : IJob
{
    public const int AtOnce = 8;

    private const int Most = 100;
    private const int MostAttempts = 15;

    private const string ClaimSql = $"""
        with due as (
          select p.id from fulfillment.parcel p
          where p.status in ('{ParcelStatus.Allocated}', '{ParcelStatus.Picking}') and p.due_at <= now()
          order by p.due_at limit $1
          for no key update of p skip locked
        )
        update fulfillment.parcel p
        set status = case when o.cancelled then '{ParcelStatus.Cancelled}' else '{ParcelStatus.Picking}' end,
          attempts = p.attempts + 1,
          due_at = now() + least(interval '1 hour', interval '30 seconds' * power(2, least(p.attempts, 8))),
          version = p.version + 1
        from due, fulfillment.fulfillment_order o
        where p.id = due.id and o.order_id = p.order_id
        returning p.id, p.order_id, p.warehouse, p.attempts, o.shipping_address, o.shipping_method, o.cancelled
        """;

    private const string LabelSql = $"""
        with labelled as (
          select p.id, label.number
          from unnest($1, $2) as label (id, number) join fulfillment.parcel p on p.id = label.id
          where p.status = '{ParcelStatus.Picking}'
          order by p.id
          for no key update of p
        )
        update fulfillment.parcel p
        set status = '{ParcelStatus.Labelled}', carrier = $3, tracking_number = labelled.number, version = p.version + 1
        from labelled where p.id = labelled.id
        """;

    private const string StopSql = $"""
        update fulfillment.parcel set status = '{ParcelStatus.Stopped}', reason = $2, version = version + 1
        where id = $1 and status = '{ParcelStatus.Picking}'
        """;

    private static readonly Guid Cause = new("a6e5a0c3-6e0f-4a39-8f4b-0d8a54c9b1e7");

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        var claimed = await Claim(cancellationToken);
        var labels = new ConcurrentQueue<Label>();
        await Parallel.ForEachAsync(
            claimed.Where(parcel => !parcel.IsCalledOff),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (parcel, token) =>
            {
                if (await Book(parcel, token) is { } number) labels.Enqueue(new Label(parcel.Id, number));
            });
        await Put([.. labels], cancellationToken);
    }

    private async Task<List<Claimed>> Claim(CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand(ClaimSql);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Most });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var claimed = new List<Claimed>();
        while (await reader.ReadAsync(cancellationToken))
            claimed.Add(new Claimed(
                reader.GetGuid(0), reader.GetGuid(1), reader.GetString(2), reader.GetInt32(3),
                JsonSerializer.Deserialize<Address>(reader.GetString(4), JsonSerializerOptions.Web)!,
                reader.GetString(5), reader.GetBoolean(6)));
        return claimed;
    }

    /// <returns>The tracking number; null if there is none, or none yet.</returns>
    private async Task<string?> Book(Claimed parcel, CancellationToken cancellationToken)
    {
        var shipment = new Shipment(parcel.Id, parcel.Warehouse, parcel.Address, parcel.Method, IsReturn: false);
        switch (await carriers.Next.Book(shipment, cancellationToken))
        {
            case Booking.Booked booked:
                return booked.TrackingNumber;
            case Booking.Refused refused:
                await Stop(parcel, refused.Reason, cancellationToken);
                break;
            case Booking.Unknown when parcel.Attempts >= MostAttempts:
                await Stop(parcel, "the carrier does not answer", cancellationToken);
                break;
        }

        return null;
    }

    /// <summary>All at once; one by one where a carrier gives a number twice. What was called off meanwhile stays so.</summary>
    private async Task Put(IReadOnlyList<Label> labels, CancellationToken cancellationToken)
    {
        if (labels.Count == 0) return;
        try
        {
            await using var command = database.Source.CreateCommand(LabelSql);
            command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. labels.Select(label => label.ParcelId)] });
            command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. labels.Select(label => label.Number)] });
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = carriers.Next.Code });
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (PostgresException twice) when (twice.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            if (labels.Count == 1) LogTwice(carriers.Next.Code, labels[0].ParcelId);
            else foreach (var label in labels) await Put([label], cancellationToken);
        }
    }

    private async Task Stop(Claimed parcel, string reason, CancellationToken cancellationToken)
    {
        var unit = new UnitOfWork();
        await using var connection = await database.Source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(StopSql, connection, transaction);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = parcel.Id });
        command.Parameters.Add(new NpgsqlParameter { Value = reason, NpgsqlDbType = NpgsqlDbType.Text });
        if (await command.ExecuteNonQueryAsync(cancellationToken) == 0) return;
        await composer.Publish(
            unit, new ParcelStopped { OrderId = parcel.OrderId, ParcelId = parcel.Id, Reason = reason },
            MessageIds.Derive(parcel.Id, Cause, 0), parcel.OrderId, cancellationToken);
        await using var batch = new NpgsqlBatch(connection, transaction);
        outbox.Append(batch, unit);
        await batch.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        await outbox.Deliver(unit, cancellationToken);
    }

    [LoggerMessage(LogLevel.Error, "{Carrier} gave parcel {ParcelId} a number that another one has.")]
    private partial void LogTwice(string carrier, Guid parcelId);

    private sealed record Label(Guid ParcelId, string Number);

    private sealed record Claimed(
        Guid Id, Guid OrderId, string Warehouse, int Attempts, Address Address, string Method, bool IsCalledOff);
}
