using Shop.Contracts.Inventory;
using Shop.Workers.Catalog;

namespace Shop.Workers.Import;

/// <summary>Takes files in: categories before all, products last, since they need the others.</summary>
internal sealed class FileImport(ImportWriter writer, ImportReport report)
{
    public async Task Run(
        IEnumerable<(RecordFile File, RecordKind Kind)> files, CancellationToken cancellationToken)
    {
        foreach (var (file, kind) in files.OrderBy(file => file.Kind))
        {
            report.Begin(file.Name, kind.ToString().ToLowerInvariant());
            if (kind == RecordKind.Categories)
                await TakeCategories(file, cancellationToken);
            else if (kind == RecordKind.Stores)
                await TakeStores(file, cancellationToken);
            else
                await TakeProducts(file, cancellationToken);
            report.End();
        }
    }

    private async Task TakeCategories(RecordFile file, CancellationToken cancellationToken)
    {
        var nodes = new Dictionary<string, Category>();
        await foreach (var record in file.Read(cancellationToken))
        {
            report.Read(1);
            var (node, reason) = CategoryMapping.Map(record.Json);
            if (node is null)
                report.Reject(record.Number, reason!);
            else if (!nodes.TryAdd(node.Id, node))
                report.Reject(record.Number, $"It repeats the id {node.Id}.");
            if (nodes.Count > CategoryTree.MaxNodes)
                throw new InvalidDataException($"More than {CategoryTree.MaxNodes} categories are not taken.");
        }
        await writer.WriteCategories(CategoryMapping.WithAncestors(nodes.Values), cancellationToken);
    }

    private async Task TakeStores(RecordFile file, CancellationToken cancellationToken)
    {
        var warehouses = new Dictionary<string, PutWarehouse>();
        await foreach (var record in file.Read(cancellationToken))
        {
            report.Read(1);
            var (warehouse, reason) = StoreMapping.Map(record.Json);
            if (warehouse is null)
                report.Reject(record.Number, reason!);
            else if (!warehouses.TryAdd(warehouse.Code, warehouse))
                report.Reject(record.Number, $"It repeats the code {warehouse.Code}.");
            if (warehouses.Count > ImportWriter.MaxWarehouses)
                throw new InvalidDataException($"More than {ImportWriter.MaxWarehouses} stores are not taken.");
        }
        await writer.WriteWarehouses([.. warehouses.Values], cancellationToken);
    }

    private async Task TakeProducts(RecordFile file, CancellationToken cancellationToken)
    {
        var categories = await writer.ReadCategories(cancellationToken);
        var mapping = new ProductMapping(categories);
        var batch = new List<NumberedProduct>(ImportWriter.BatchSize);
        await foreach (var record in file.Read(cancellationToken))
        {
            report.Read(1);
            var (product, reason) = mapping.Map(record.Json);
            if (product is null)
                report.Reject(record.Number, reason!);
            else
                batch.Add(new NumberedProduct(record.Number, product));
            if (batch.Count == ImportWriter.BatchSize)
                await Flush();
        }
        await Flush();
        if (mapping.SharedNumbers > 0)
            report.Note($"{file.Name}: {mapping.SharedNumbers} products share their image's number with another "
                + "and got a SKU of their own.");

        async Task Flush()
        {
            await writer.WriteCategories(
                [.. categories.TakeMade().Select(node => new PutCategory(node, Replaces: true))], cancellationToken);
            await writer.WriteProducts(batch, cancellationToken);
            batch.Clear();
        }
    }
}
