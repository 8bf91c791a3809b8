using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;
using Npgsql;
using Quartz;
using Shop.Contracts.Fulfillment;
using Shop.Messaging.Hosting;

namespace Shop.Workers.Fulfillment;

/// <summary>
/// Marks parcels that have not left in time, by the database's clock, and counts what waits for people. What is open
/// stands in <c>fulfillment.escalation_view</c>.
/// </summary>
[DisallowConcurrentExecution]
internal sealed partial class EscalateJob(
    Database<FulfillmentDbContext> database, IOptions<FulfillmentOptions> options, ILogger<EscalateJob> logger) : IJob
{
    private const int Most = 500;

    private const string MarkSql = $"""
        with late as (
          select id from fulfillment.parcel
          where late_since is null
            and status in ('{ParcelStatus.Allocated}', '{ParcelStatus.Picking}', '{ParcelStatus.Labelled}')
            and created_at <= now() - $1
          order by created_at limit $2
          for no key update skip locked
        )
        update fulfillment.parcel p set late_since = now(), version = p.version + 1 from late where p.id = late.id
        """;

    private const string CountSql = "select kind, count(*) from fulfillment.escalation_view group by kind";

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        var marked = 0;
        int last;
        do
        {
            last = await Mark(cancellationToken);
            marked += last;
        }
        while (last == Most);

        if (marked > 0) LogLate(marked, options.Value.ShipWithin);
        await Count(cancellationToken);
    }

    private async Task<int> Mark(CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand(MarkSql);
        command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = options.Value.ShipWithin });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Most });
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task Count(CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand(CountSql);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var counts = new Dictionary<string, long>();
        while (await reader.ReadAsync(cancellationToken)) counts.Add(reader.GetString(0), reader.GetInt64(1));
        FulfillmentTelemetry.Escalated(counts);
    }

    [LoggerMessage(LogLevel.Warning, "{Count} parcels have not left within {ShipWithin}.")]
    private partial void LogLate(int count, TimeSpan shipWithin);
}

/// <summary>What of the fulfilment waits for people.</summary>
internal static class FulfillmentTelemetry
{
    private static readonly Meter Meter = new("Shop.Fulfillment");

    private static readonly ConcurrentDictionary<string, long> Open = new();

    static FulfillmentTelemetry() => Meter.CreateObservableGauge(
        "shop.fulfillment.escalations",
        () => Open.Select(kind => new Measurement<long>(kind.Value, new KeyValuePair<string, object?>("kind", kind.Key))),
        "{escalation}", "What operators have to look at, by kind, as this process last counted it");

    public static void Escalated(Dictionary<string, long> counts)
    {
        foreach (var kind in Open.Keys.Except(counts.Keys)) Open[kind] = 0;
        foreach (var (kind, count) in counts) Open[kind] = count;
    }
}
