using Quartz;
using Shop.Messaging.Hosting;

namespace Shop.Api.Requests;

/// <summary>
/// Forgets accepted requests two days after, twice as long as a repeat is promised its answer; and the carts that they
/// spent once Redis can have none of them any more.
/// </summary>
[DisallowConcurrentExecution]
internal sealed class ForgetRequestsJob(Database<RequestsDbContext> database) : IJob
{
    private const int DaysOfRequests = 2;

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        await Forget("accepted_request", DaysOfRequests, cancellationToken);
        await Forget("spent_cart", SpentCart.DaysKept, cancellationToken);
    }

    private async Task Forget(string table, int days, CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand($"""
            delete from requests.{table} where ctid = any(array(
                select ctid from requests.{table} where created_at < now() - interval '{days} days'
                order by created_at limit 5000))
            """);
        while (await command.ExecuteNonQueryAsync(cancellationToken) > 0)
            cancellationToken.ThrowIfCancellationRequested();
    }
}
