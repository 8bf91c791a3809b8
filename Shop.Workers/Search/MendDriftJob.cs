using Quartz;

namespace Shop.Workers.Search;

/// <summary>
/// Walks through catalogue and index side by side, a stretch at a time, and indexes what differs: whatever was lost on the
/// way, and what no event tells, such as a category's new name.
/// </summary>
[DisallowConcurrentExecution]
internal sealed partial class MendDriftJob(Drift drift, Rebuild rebuild, ILogger<MendDriftJob> logger) : IJob
{
    private const int BatchesEachRun = 10;

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        await rebuild.Tidy(cancellationToken);
        var mended = 0;
        for (var batch = 0; batch < BatchesEachRun; batch++)
        {
            var (found, isEnd) = await drift.MendNext(cancellationToken);
            mended += found;
            if (isEnd) break;
        }

        if (mended > 0) LogMended(mended);
    }

    [LoggerMessage(LogLevel.Warning, "{Count} documents of the search index differed from the catalogue and were mended.")]
    private partial void LogMended(int count);
}
