using Microsoft.Extensions.Options;
using Npgsql;
using Quartz;
using Shop.Contracts;
using Shop.Contracts.Fulfillment;
using Shop.Contracts.Payments;
using Shop.Messaging.Hosting;
using Shop.Messaging.Outbox;

namespace Shop.Workers.Fulfillment;

/// <summary>
/// Sends again what nobody answered: captures that are open for long; and hands labelled parcels over by themselves where
/// that is configured. Commands are safe to repeat, so a claim is only a pause until the next reminder.
/// </summary>
[DisallowConcurrentExecution]
internal sealed partial class RemindJob(
    Database<FulfillmentDbContext> database, MessageComposer composer, IOptions<FulfillmentOptions> options,
    ILogger<RemindJob> logger) : IJob
{
    private const int Most = 200;

    private const string CapturesSql = """
        with due as (
          select id from fulfillment.parcel
          where capture = 'ASKED' and due_at <= now() and capture_since <= now() - $1
          order by due_at limit $2
          for no key update skip locked
        )
        update fulfillment.parcel p set due_at = now() + $1 from due where p.id = due.id
        returning p.id, p.order_id, p.amount, p.currency, p.capture_final
        """;

    private const string LabelledSql = $"""
        with due as (
          select id from fulfillment.parcel
          where status = '{ParcelStatus.Labelled}' and capture = 'NONE' and due_at <= now() and status_since <= now() - $1
          order by due_at limit $2
          for no key update skip locked
        )
        update fulfillment.parcel p set due_at = now() + interval '1 minute' from due where p.id = due.id
        returning p.id
        """;

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        var captures = await Claim(CapturesSql, options.Value.CaptureAgainAfter, row => new CapturePayment
        {
            OrderId = row.GetGuid(1),
            CaptureId = row.GetGuid(0),
            Amount = new Money(row.GetInt64(2), row.GetString(3)),
            Final = row.GetBoolean(4),
        }, cancellationToken);
        foreach (var capture in captures) await composer.SendNow(capture, cancellationToken);
        if (captures.Count > 0) LogAgain(captures.Count);

        if (options.Value.HandOverAfter is not { } patience) return;
        while (true)
        {
            var labelled = await Claim(
                LabelledSql, patience, row => new HandOverParcel { ParcelId = row.GetGuid(0) }, cancellationToken);
            foreach (var parcel in labelled) await composer.SendNow(parcel, cancellationToken);
            if (labelled.Count < Most) return;
        }
    }

    private async Task<List<T>> Claim<T>(
        string sql, TimeSpan patience, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = patience });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Most });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var claimed = new List<T>();
        while (await reader.ReadAsync(cancellationToken)) claimed.Add(read(reader));
        return claimed;
    }

    [LoggerMessage(LogLevel.Warning, "{Count} captures were not answered; asking again.")]
    private partial void LogAgain(int count);
}
