using Npgsql;
using Shop.Contracts.Catalog;
using Shop.Messaging;
using Shop.Messaging.Outbox;
using Shop.Workers.Catalog;

namespace Shop.Workers.Import;

/// <summary>Says which products an import changed, in its own transactions; the running hosts publish it.</summary>
internal sealed class ImportNews(MessageComposer composer, OutboxWriter<CatalogDbContext> outbox)
{
    /// <summary>Adds to the transaction.</summary>
    public async Task Write(
        NpgsqlConnection connection, NpgsqlTransaction transaction, IReadOnlyList<ProductVersion> products,
        CancellationToken cancellationToken)
    {
        if (products.Count == 0) return;
        var unit = new UnitOfWork();
        foreach (var part in products.Chunk(ProductsChanged.Most))
        {
            var id = Guid.CreateVersion7();
            await composer.Publish(unit, new ProductsChanged { Products = part }, id, id, cancellationToken);
        }

        await using var batch = new NpgsqlBatch(connection, transaction);
        outbox.Leave(batch, unit);
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }
}
