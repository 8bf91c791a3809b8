using Shop.Contracts.Inventory;
using Shop.Messaging.GroupCommit;

namespace Shop.Workers.Search;

/// <summary>Lets searches know what came into stock and what ran out.</summary>
internal sealed class IndexAvailabilityConsumer(Indexer indexer) : IGroupConsumer<AvailabilityChanged>
{
    public Task Consume(MessageGroup<AvailabilityChanged> group, CancellationToken cancellationToken) => indexer.Index(
        [.. group.Messages.SelectMany(message => message.Body.Products).Select(product => product.Sku)],
        cancellationToken);
}
