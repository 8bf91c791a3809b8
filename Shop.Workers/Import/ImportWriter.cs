using Microsoft.EntityFrameworkCore;
using Npgsql;
using Shop.Contracts.Catalog;
using Shop.Contracts.Inventory;
using Shop.Messaging.Hosting;
using Shop.Workers.Catalog;
using Shop.Workers.Inventory;

namespace Shop.Workers.Import;

/// <summary>A product with the place of the record that it came from.</summary>
internal readonly record struct PlacedProduct(RecordPlace Place, PutProduct Product);

/// <summary>
/// Writes what was read, in batches. Each batch is final by itself, and writing it again changes nothing.
/// </summary>
internal sealed class ImportWriter(
    NpgsqlDataSource catalog, StockIntake inventory, ImportNews news, ImportReport report, StockPlan plan)
{
    public const int BatchSize = 500;

    /// <summary>Of products by the million: the more go in together, the nearer they lie in the indexes.</summary>
    public const int LargeBatchSize = ProductWriter.MaxBatch;

    public const int MaxWarehouses = 20_000;

    private OpeningStock? _openingStock;

    public async Task<CategoryTree> ReadCategories(CancellationToken cancellationToken)
    {
        await using var database = new CatalogDbContext(ContextOptions.Of<CatalogDbContext>(catalog));
        var nodes = await database.Categories.AsNoTracking().OrderBy(node => node.Id)
            .Take(CategoryTree.MaxNodes + 1).ToListAsync(cancellationToken);
        return nodes.Count <= CategoryTree.MaxNodes
            ? new CategoryTree(nodes)
            : throw new InvalidDataException($"The catalogue has more than {CategoryTree.MaxNodes} categories.");
    }

    public async Task WriteCategories(
        IReadOnlyList<PutCategory> categories, CancellationToken cancellationToken)
    {
        foreach (var batch in categories.Chunk(BatchSize))
            report.Changed(await Conflicts.Retry(() => WriteCategories(batch, cancellationToken)));
    }

    /// <summary>Writes nodes that are none of the records that are counted, parents first.</summary>
    public async Task WriteMissingCategories(
        IReadOnlyList<Category> nodes, CancellationToken cancellationToken)
    {
        foreach (var batch in nodes.Chunk(BatchSize))
        {
            PutCategory[] missing = [.. batch.Select(node => new PutCategory(node, Replaces: true))];
            await Conflicts.Retry(() => WriteCategories(missing, cancellationToken));
        }
    }

    public async Task WriteWarehouses(
        IReadOnlyList<PutWarehouse> warehouses, CancellationToken cancellationToken)
    {
        foreach (var batch in warehouses.Chunk(BatchSize))
            report.Changed(await inventory.PutWarehouses(batch, cancellationToken));
        _openingStock = null;
    }

    /// <summary>What each product is given a shelf: nothing while there are no warehouses.</summary>
    public async Task<int> StockToGive(CancellationToken cancellationToken)
    {
        _openingStock ??= await ChooseAmongWarehouses(cancellationToken);
        return _openingStock.HasShelves ? plan.Quantity : 0;
    }

    /// <summary>
    /// Writes products and then their opening stock; several batches at once, each on a connection of its own. The
    /// products' categories must be there.
    /// </summary>
    public async Task WriteProducts(
        IReadOnlyList<PlacedProduct> products, CancellationToken cancellationToken, int batchSize = BatchSize)
    {
        _openingStock ??= await ChooseAmongWarehouses(cancellationToken);
        var batches = products.Chunk(batchSize).ToList();
        var written = await Task.WhenAll(batches.Select(batch => WriteBatch(batch, _openingStock, cancellationToken)));
        foreach (var (batch, (results, receipts)) in batches.Zip(written))
        {
            foreach (var ((place, _), result) in batch.Zip(results).Where(pair => pair.Second.Refused))
                report.Reject(place, string.Join(' ', result.Reasons));
            report.Changed(results.Count(result => result.Changed));
            report.Stocked(receipts);
        }
    }

    /// <summary>Pages and the search show where a product stands: one whose category changed is told of too.</summary>
    private async Task<int> WriteCategories(PutCategory[] batch, CancellationToken cancellationToken)
    {
        await using var connection = await catalog.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var written = await CategoryWriter.Put(connection, batch, cancellationToken);
        if (written.Replaced.Count > 0)
        {
            // However many products there are, no more than an event's are held here.
            await using var reading = await catalog.OpenConnectionAsync(cancellationToken);
            await foreach (var part in CategoryWriter.ProductsOf(reading, written.Replaced, cancellationToken))
                await news.Write(connection, transaction, part, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return written.Count;
    }

    private async Task<(IReadOnlyList<PutResult> Results, int Receipts)> WriteBatch(
        PlacedProduct[] batch, OpeningStock stock, CancellationToken cancellationToken)
    {
        var results = await Conflicts.Retry(() => PutProducts(batch, cancellationToken));
        var receipts = 0;
        var received = results.Where(result => !result.Refused).SelectMany(result => stock.For(result.Sku));
        foreach (var part in received.Chunk(Stockroom.MostCommands))
        {
            var outcomes = await inventory.Receive(part, cancellationToken);
            receipts += outcomes.Count(outcome => outcome == ReceiveOutcome.Received);
        }

        return (results, receipts);
    }

    private async Task<IReadOnlyList<PutResult>> PutProducts(
        PlacedProduct[] batch, CancellationToken cancellationToken)
    {
        await using var connection = await catalog.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var results = await ProductWriter.Put(
            connection, [.. batch.Select(placed => placed.Product)], cancellationToken);
        await news.Write(connection, transaction,
            [
                .. results.Where(result => result.Changed)
                    .Select(result => new ProductVersion(result.Sku, result.Version)),
            ],
            cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return results;
    }

    private async Task<OpeningStock> ChooseAmongWarehouses(CancellationToken cancellationToken)
    {
        var codes = plan.Quantity == 0 ? [] : await inventory.WarehouseCodes(MaxWarehouses, cancellationToken);
        if (plan.Quantity > 0 && codes.Count == 0)
            report.Note("No warehouse is known: the products get no opening stock.");
        return new OpeningStock(codes, plan);
    }
}
