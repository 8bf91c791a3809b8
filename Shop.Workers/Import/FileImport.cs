using System.Text.Json;
using Shop.Contracts.Inventory;
using Shop.Workers.Catalog;

namespace Shop.Workers.Import;

/// <summary>
/// Takes files in: categories before all, products last, since they need the others. What an earlier run wrote is read
/// again, for what follows depends on it, and not written.
/// </summary>
internal sealed class FileImport(ImportWriter writer, ImportCheckpoints checkpoints, ImportReport report)
{
    public async Task Run(
        IEnumerable<(RecordFile File, RecordKind Kind)> files, CancellationToken cancellationToken)
    {
        foreach (var (file, kind) in files.OrderBy(file => file.Kind))
        {
            report.Begin(file.Name, kind.ToString().ToLowerInvariant());
            var stock = kind == RecordKind.Products ? await writer.StockToGive(cancellationToken) : 0;
            var content = await file.HashContent(cancellationToken);
            var before = await checkpoints.Find(file.Name, stock, content, cancellationToken);
            if (before.Finished)
            {
                report.Note($"{file.Name}: its {before.Records:N0} records were taken before; --again takes them again.");
                continue;
            }

            try
            {
                var records = await Take(
                    file, kind, before.Records,
                    (records, token) => checkpoints.Save(file.Name, stock, content, records, false, token),
                    cancellationToken);
                await checkpoints.Save(file.Name, stock, content, records, true, cancellationToken);
            }
            catch (Exception problem) when (problem is JsonException or IOException or InvalidDataException)
            {
                throw new InvalidDataException($"{file.Name}: {problem.Message}", problem);
            }
            report.End();
        }
    }

    /// <returns>How many records there are.</returns>
    private Task<int> Take(
        RecordFile file, RecordKind kind, int written, Func<int, CancellationToken, Task> save,
        CancellationToken cancellationToken) => kind switch
    {
        RecordKind.Categories => TakeCategories(file, cancellationToken),
        RecordKind.Stores => TakeStores(file, cancellationToken),
        RecordKind.Products => TakeProducts(file, written, save, cancellationToken),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Nothing is known about such files."),
    };

    private static Mapped<T> Map<T>(ImportRecord record, Func<JsonElement, Mapped<T>> map)
        where T : class =>
        record.Problem is { } problem ? new(null, problem) : map(record.Json);

    private async Task<int> TakeCategories(RecordFile file, CancellationToken cancellationToken)
    {
        var nodes = new Dictionary<string, Category>();
        var records = 0;
        await foreach (var record in file.Read(cancellationToken))
        {
            report.Read(1);
            records++;
            var (node, reason) = Map(record, CategoryMapping.Map);
            if (node is null)
                report.Reject(record.Place, reason!);
            else if (!nodes.TryAdd(node.Id, node))
                report.Reject(record.Place, $"It repeats the id {node.Id}.");
            if (nodes.Count > CategoryTree.MaxNodes)
                throw new InvalidDataException($"More than {CategoryTree.MaxNodes} categories are not taken.");
        }
        await writer.WriteCategories(CategoryMapping.WithAncestors(nodes.Values), cancellationToken);
        return records;
    }

    private async Task<int> TakeStores(RecordFile file, CancellationToken cancellationToken)
    {
        var warehouses = new Dictionary<string, PutWarehouse>();
        var records = 0;
        await foreach (var record in file.Read(cancellationToken))
        {
            report.Read(1);
            records++;
            var (warehouse, reason) = Map(record, StoreMapping.Map);
            if (warehouse is null)
                report.Reject(record.Place, reason!);
            else if (!warehouses.TryAdd(warehouse.Code, warehouse))
                report.Reject(record.Place, $"It repeats the code {warehouse.Code}.");
            if (warehouses.Count > ImportWriter.MaxWarehouses)
                throw new InvalidDataException($"More than {ImportWriter.MaxWarehouses} stores are not taken.");
        }
        await writer.WriteWarehouses([.. warehouses.Values], cancellationToken);
        return records;
    }

    private async Task<int> TakeProducts(
        RecordFile file, int written, Func<int, CancellationToken, Task> save, CancellationToken cancellationToken)
    {
        var categories = await writer.ReadCategories(cancellationToken);
        var mapping = new ProductMapping(categories);
        var batch = new List<PlacedProduct>(ImportWriter.BatchSize);
        var records = 0;
        report.Skipped(written);
        await foreach (var record in file.Read(cancellationToken))
        {
            report.Read(1);
            records = record.Place.Number;
            var (product, reason) = Map(record, mapping.Map);
            if (product is null)
                report.Reject(record.Place, reason!);
            else if (record.Place.Number > written)
                batch.Add(new PlacedProduct(record.Place, product));
            if (batch.Count == ImportWriter.BatchSize)
                await Flush();
        }
        await Flush();
        if (mapping.SharedNumbers > 0)
            report.Note($"{file.Name}: {mapping.SharedNumbers} products share their image's number with another "
                + "and got a SKU of their own.");
        return records;

        async Task Flush()
        {
            var made = categories.TakeMade();
            if (made.Count > 0)
                report.Note($"{file.Name}: missing categories were made: "
                    + string.Join(", ", made.Select(node => node.Name)));
            await writer.WriteMissingCategories(made, cancellationToken);
            await writer.WriteProducts(batch, cancellationToken);
            if (batch.Count > 0)
                await save(records, cancellationToken);
            batch.Clear();
        }
    }
}
