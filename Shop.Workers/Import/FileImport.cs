using System.Text.Json;
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
            try
            {
                await Take(file, kind, cancellationToken);
            }
            catch (Exception problem) when (problem is JsonException or IOException or InvalidDataException)
            {
                throw new InvalidDataException($"{file.Name}: {problem.Message}", problem);
            }
            report.End();
        }
    }

    private Task Take(RecordFile file, RecordKind kind, CancellationToken cancellationToken) => kind switch
    {
        RecordKind.Categories => TakeCategories(file, cancellationToken),
        RecordKind.Stores => TakeStores(file, cancellationToken),
        RecordKind.Products => TakeProducts(file, cancellationToken),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Nothing is known about such files."),
    };

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
            var made = categories.TakeMade();
            if (made.Count > 0)
                report.Note($"{file.Name}: missing categories were made: "
                    + string.Join(", ", made.Select(node => node.Name)));
            await writer.WriteMissingCategories(made, cancellationToken);
            await writer.WriteProducts(batch, cancellationToken);
            batch.Clear();
        }
    }
}
