using Quartz;
using Shop.Messaging.Hosting;

namespace Shop.Api.Requests;

/// <summary>Forgets accepted requests two days after: twice as long as a repeat is promised its answer.</summary>
[DisallowConcurrentExecution]
internal sealed class ForgetRequestsJob(Database<RequestsDbContext> database) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        while (await Forget(cancellationToken) > 0) cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task<int> Forget(CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand("""
            delete from requests.accepted_request where ctid = any(array(
                select ctid from requests.accepted_request where created_at < now() - interval '48 hours'
                order by created_at limit 5000))
            """);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
