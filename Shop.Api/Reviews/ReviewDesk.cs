using Shop.Api.Requests;
using Shop.Contracts.Reviews;
using Shop.Messaging;
using Shop.Messaging.GroupCommit;
using Shop.Messaging.Outbox;

namespace Shop.Api.Reviews;

/// <summary>
/// Hands reviews over: once the command is committed, it will be stored, whether or not the broker is there.
/// </summary>
internal sealed class ReviewDesk(
    MessageComposer composer, GroupCommitter<RequestsDbContext> committer, OutboxWriter<RequestsDbContext> outbox,
    TimeProvider time)
{
    public async Task Post(string sku, string owner, string author, ReviewRequest review)
    {
        // In whole milliseconds, which every store on the way keeps.
        var postedAt = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
        var id = Guid.CreateVersion7(postedAt);
        var unit = new UnitOfWork();
        await composer.Send(unit, new PostReview
        {
            Sku = sku,
            Owner = owner,
            Author = author,
            Rating = review.Rating!.Value,
            Title = review.Title!.Trim(),
            Body = review.Body!.Trim(),
            PostedAt = postedAt,
        }, id, id, CancellationToken.None);
        await committer.Commit(unit);
        outbox.DeliverLater(unit);
    }
}
