using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.Options;
using Npgsql;
using Shop.Api.Http;
using Shop.Messaging.Hosting;

namespace Shop.Api.Checkout;

/// <summary>
/// Turns checkouts away while those before them would make them wait too long, before anything of them is written. What is
/// under way is found out by orders of this process, twice a second, and not at all while there are none.
/// </summary>
internal sealed partial class AdmissionGate : BackgroundService
{
    /// <summary>Of these orders, those that wait for no part of the shop any more.</summary>
    private const string Through = """
        select id from orders.order_view
        where id = any((select $1)::uuid[]) and status not in ('RECEIVED', 'PENDING_PAYMENT')
        """;

    private const int PatienceInSeconds = 5;

    private readonly ReadsDatabase _database;
    private readonly TimeProvider _time;
    private readonly ILogger<AdmissionGate> _logger;
    private readonly AdmissionController _controller;
    private readonly AdmissionProbes _probes;
    private readonly TimeSpan _pace;
    private volatile Verdict _verdict = new(0, TimeSpan.Zero);

    public AdmissionGate(
        ReadsDatabase database, IOptions<AdmissionOptions> options, IMeterFactory meters, TimeProvider time,
        ILogger<AdmissionGate> logger)
    {
        (_database, _time, _logger) = (database, time, logger);
        _controller = new AdmissionController(options.Value.TargetDelay, options.Value.LeastBacklog);
        _probes = new AdmissionProbes(time);
        _pace = options.Value.Pace;
        var meter = meters.Create("Shop.Api.Checkout");
        meter.CreateObservableGauge(
            "shop.checkout.refused_share", () => _verdict.Refused, "1", "The part of checkouts that is turned away");
        meter.CreateObservableGauge(
            "shop.checkout.delay", () => _controller.Delay.TotalSeconds, "s", "What a checkout waits, by what is under way");
    }

    /// <returns>Null, or the refusal.</returns>
    public ProblemResult? Refuse()
    {
        var verdict = _verdict;
        if (verdict.Refused <= 0 || Random.Shared.NextDouble() >= verdict.Refused) return null;
        // Those who are turned away together do not come again together.
        var seconds = Math.Ceiling(verdict.RetryAfter.TotalSeconds * (1 + Random.Shared.NextDouble()));
        return (Problems.Overloaded with { RetryAfter = seconds.ToString("F0", CultureInfo.InvariantCulture) })
            .Because("More want to buy than can be served; nothing was ordered, and the same key can be used again.");
    }

    public void Accepted(Guid orderId) => _probes.Accepted(orderId);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_pace, _time);
        var (updatedAt, isBlind) = (_time.GetTimestamp(), false);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                var underWay = _probes.UnderWay();
                var through = underWay.Length == 0 ? [] : await Read(underWay, stoppingToken);
                var (backlog, done, oldest) = _probes.Settle(through);
                var now = _time.GetTimestamp();
                _controller.Update(backlog, done, oldest, _time.GetElapsedTime(updatedAt, now));
                updatedAt = now;
                if (_controller.Refused > 0 != _verdict.Refused > 0) LogTurn(_controller.Refused > 0, _controller.Delay);
                _verdict = new Verdict(_controller.Refused, _controller.RetryAfter);
                isBlind = false;
            }
            catch (Exception exception) when (exception is NpgsqlException or TimeoutException or InvalidOperationException)
            {
                // Checkouts that need the database fail by themselves.
                if (!isBlind) LogBlind(exception);
                isBlind = true;
            }
        }
    }

    private async Task<List<Guid>> Read(Guid[] orders, CancellationToken cancellationToken)
    {
        await using var command = _database.Source.CreateCommand(Through);
        command.CommandTimeout = PatienceInSeconds;
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = orders });
        var through = new List<Guid>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) through.Add(reader.GetGuid(0));
        return through;
    }

    [LoggerMessage(LogLevel.Warning, "Checkouts are turned away: {IsOverloaded}; they wait {Delay}.")]
    private partial void LogTurn(bool isOverloaded, TimeSpan delay);

    [LoggerMessage(LogLevel.Warning, "What is under way cannot be read; as many checkouts are let in as before.")]
    private partial void LogBlind(Exception exception);

    private sealed record Verdict(double Refused, TimeSpan RetryAfter);
}
