using Shop.Contracts.Catalog;
using Shop.Messaging.GroupCommit;

namespace Shop.Workers.Search;

/// <summary>Takes products that were created or changed into the index, many at a time.</summary>
internal sealed class IndexProductsConsumer(Indexer indexer) : IGroupConsumer<ProductsChanged>
{
    public Task Consume(MessageGroup<ProductsChanged> group, CancellationToken cancellationToken) =>
        indexer.IndexChanges([.. group.Messages.SelectMany(message => message.Body.Products)], cancellationToken);
}
