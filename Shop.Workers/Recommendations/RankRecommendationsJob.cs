using Microsoft.Extensions.Options;
using Quartz;
using StackExchange.Redis;

namespace Shop.Workers.Recommendations;

/// <summary>Counts the baskets that came, forgets those that are too old, and ranks what changed.</summary>
[DisallowConcurrentExecution]
internal sealed partial class RankRecommendationsJob(
    BasketCounter counter, Ranker ranker, IOptions<RecommendationOptions> options,
    ILogger<RankRecommendationsJob> logger) : IJob
{
    /// <summary>Of the ten seconds between two runs: on a busy machine baskets wait, and orders do not.</summary>
    private static readonly TimeSpan Budget = TimeSpan.FromMilliseconds(200);

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        await counter.CountAndForget(options.Value.Window, cancellationToken, Budget);
        try
        {
            await ranker.Rank(cancellationToken);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            LogAway(exception.GetType().Name);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Redis did not take the recommendations ({Fault}); they stay due.")]
    private partial void LogAway(string fault);
}
