using MassTransit;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Shop.Contracts.Reviews;

namespace Shop.Workers.Reviews;

internal sealed class PostReviewConsumer(ReviewsDbContext database) : IConsumer<PostReview>
{
    public Task Consume(ConsumeContext<PostReview> context) => ReviewWriter.Post(
        (NpgsqlConnection)database.Database.GetDbConnection(),
        context.GetOriginalMessageId() ?? context.MessageId!.Value, context.Message, context.CancellationToken);
}
