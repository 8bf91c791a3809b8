using Quartz;
using Shop.Messaging.Hosting;

namespace Shop.Api.Requests;

/// <summary>
/// Forgets accepted requests, and the carts that they spent, two days after: twice as long as a repeat is promised its
/// answer.
/// </summary>
[DisallowConcurrentExecution]
internal sealed class ForgetRequestsJob(Database<RequestsDbContext> database) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        foreach (var table in new[] { "accepted_request", "spent_cart" })
            while (await Forget(table, cancellationToken) > 0) cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task<int> Forget(string table, CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand($"""
            delete from requests.{table} where ctid = any(array(
                select ctid from requests.{table} where created_at < now() - interval '48 hours'
                order by created_at limit 5000))
            """);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
