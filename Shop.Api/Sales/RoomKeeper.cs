using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Shop.Api.Sales;

/// <summary>
/// Makes the draws of sales that have started, and lets people in as far as there is stock left for them. Every instance does
/// it; in each room one of them at a time.
/// </summary>
internal sealed partial class RoomKeeper(
    ActiveSales sales, WaitingRooms rooms, IOptions<SaleOptions> options, TimeProvider time, ILogger<RoomKeeper> logger)
    : BackgroundService
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(400);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pace, time);
        var isAway = false;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                foreach (var sale in sales.All)
                    if (sale is { IsOpen: true, Seed: not null }) await Keep(sale, stoppingToken);
                isAway = false;
            }
            catch (Exception exception) when (exception is RedisException or TimeoutException)
            {
                if (!isAway) LogAway(exception.GetType().Name);
                isAway = true;
            }
        }
    }

    private async Task Keep(SaleTerms sale, CancellationToken cancellationToken)
    {
        await rooms.MakeDraw(sale, cancellationToken);
        await rooms.Admit(
            sale, Room(sale, options.Value.Overcommit), options.Value.MostAtOnce, options.Value.AdmittedFor, Pace - (Pace / 8));
    }

    /// <summary>
    /// How many may be let in for what is left: by what buyers have taken on average, or half of what one may have while
    /// there are none, and a little more, since not everyone buys.
    /// </summary>
    internal static int Room(SaleTerms sale, double overcommit)
    {
        if (sale.Left == 0) return 0;
        var typical = sale.Typical is { } units ? Math.Max(1, units) : (1 + sale.PerPersonLimit) / 2.0;
        return (int)Math.Min(1_000_000, Math.Ceiling(sale.Left / typical * overcommit));
    }

    [LoggerMessage(LogLevel.Warning, "Waiting rooms cannot be kept: {Fault}.")]
    private partial void LogAway(string fault);
}
