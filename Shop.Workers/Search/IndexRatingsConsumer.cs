using Shop.Contracts.Reviews;
using Shop.Messaging.GroupCommit;

namespace Shop.Workers.Search;

/// <summary>Lets searches know how products are rated.</summary>
internal sealed class IndexRatingsConsumer(Indexer indexer) : IGroupConsumer<RatingsChanged>
{
    public Task Consume(MessageGroup<RatingsChanged> group, CancellationToken cancellationToken) => indexer.Index(
        [.. group.Messages.SelectMany(message => message.Body.Products).Select(product => product.Sku)],
        cancellationToken);
}
