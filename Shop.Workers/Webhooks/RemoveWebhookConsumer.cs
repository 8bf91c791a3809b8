using MassTransit;
using Microsoft.EntityFrameworkCore;
using Shop.Contracts.Webhooks;

namespace Shop.Workers.Webhooks;

internal sealed class RemoveWebhookConsumer(WebhooksDbContext database) : IConsumer<RemoveWebhook>
{
    public Task Consume(ConsumeContext<RemoveWebhook> context) => database.Set<Endpoint>()
        .Where(endpoint => endpoint.Id == context.Message.WebhookId && endpoint.Owner == context.Message.Owner)
        .ExecuteDeleteAsync(context.CancellationToken);
}
