using System.Diagnostics;
using Shop.Contracts.Catalog;

namespace Shop.Workers.Search;

/// <summary>Makes the index say of products what the catalogue says now.</summary>
internal sealed class Indexer(ISearchIndex index, IndexTurns turns, CatalogueReader catalogue)
{
    /// <summary>Products that are not on sale, or not at all, leave the index.</summary>
    public Task Index(IReadOnlyCollection<string> skus, CancellationToken cancellationToken) =>
        Index(skus, [], cancellationToken);

    /// <summary>Products that the catalogue changed: how long ago is measured, of those that it has not changed since.</summary>
    public Task IndexChanges(IReadOnlyCollection<ProductVersion> changes, CancellationToken cancellationToken) =>
        Index([.. changes.Select(change => change.Sku)], changes.ToHashSet(), cancellationToken);

    private async Task Index(
        IReadOnlyCollection<string> skus, HashSet<ProductVersion> changes, CancellationToken cancellationToken)
    {
        using var pending = SearchTelemetry.Pending(skus.Count);
        foreach (var batch in skus.Distinct().Order(StringComparer.Ordinal).Chunk(IndexLimits.Batch))
            await IndexBatch(batch, changes, cancellationToken);
    }

    private async Task IndexBatch(
        string[] skus, HashSet<ProductVersion> changes, CancellationToken cancellationToken)
    {
        await using var turn = await turns.Take(cancellationToken);
        var began = Stopwatch.GetTimestamp();
        var read = await catalogue.Read(skus, cancellationToken);
        var gone = skus.Except(read.Select(document => document.Document.Sku)).ToList();
        await index.Remove(gone, cancellationToken);
        await index.Put([.. read.Select(document => document.Document)], cancellationToken);
        var took = Stopwatch.GetElapsedTime(began);
        SearchTelemetry.Indexed(read.Count, gone.Count);
        foreach (var (document, age) in read)
            if (changes.Contains(new ProductVersion(document.Sku, document.Version))) SearchTelemetry.Followed(age + took);
    }
}
