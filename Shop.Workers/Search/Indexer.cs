using System.Diagnostics;

namespace Shop.Workers.Search;

/// <summary>Makes the index say of products what the catalogue says now.</summary>
internal sealed class Indexer(ISearchIndex index, IndexTurns turns, CatalogueReader catalogue)
{
    /// <summary>Products that are not on sale, or not at all, leave the index.</summary>
    public async Task Index(IReadOnlyCollection<string> skus, CancellationToken cancellationToken)
    {
        using var pending = SearchTelemetry.Pending(skus.Count);
        foreach (var batch in skus.Distinct().Order(StringComparer.Ordinal).Chunk(IndexLimits.Batch))
            await IndexBatch(batch, cancellationToken);
    }

    private async Task IndexBatch(string[] skus, CancellationToken cancellationToken)
    {
        await using var turn = await turns.Take(cancellationToken);
        var began = Stopwatch.GetTimestamp();
        var read = await catalogue.Read(skus, cancellationToken);
        var gone = skus.Except(read.Select(document => document.Document.Sku)).ToList();
        await index.Remove(gone, cancellationToken);
        await index.Put([.. read.Select(document => document.Document)], cancellationToken);
        var took = Stopwatch.GetElapsedTime(began);
        SearchTelemetry.Indexed(read.Count, gone.Count, read.Select(document => document.Age + took));
    }
}
