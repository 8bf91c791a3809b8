namespace Shop.Workers.Search;

/// <summary>
/// Builds the index anew beside the one that serves, and puts it in its place. Meanwhile whatever changes is written to
/// both. Breaking it off, at any point, harms nobody: the next one begins from the beginning.
/// </summary>
internal sealed class Rebuild(ISearchIndex index, IndexTurns turns, CatalogueReader catalogue)
{
    /// <param name="report">Is told how many documents there are so far.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    /// <returns>How many documents the new index has; null if someone else is rebuilding.</returns>
    public async Task<long?> Run(Action<long> report, CancellationToken cancellationToken)
    {
        await using var right = await turns.TryTakeRebuild(cancellationToken);
        if (right is null) return null;
        await InTurn(index.Open, cancellationToken);
        await InTurn(index.BeginShadow, cancellationToken);
        var count = 0L;
        // In the order that the index is walked in: what is looked at together lies together.
        foreach (var skus in (await catalogue.ReadSkus(cancellationToken)).Chunk(IndexLimits.Batch))
        {
            count += await Fill(skus, cancellationToken);
            report(count);
        }

        await index.FinishShadow(cancellationToken);
        await InTurn(index.SwapShadow, cancellationToken);
        return count;
    }

    /// <summary>Makes what the engine lacks, and throws away what a rebuild left that did not come to its end.</summary>
    public async Task Tidy(CancellationToken cancellationToken)
    {
        await InTurn(index.Open, cancellationToken);
        await using var right = await turns.TryTakeRebuild(cancellationToken);
        if (right is not null) await InTurn(index.DropShadow, cancellationToken);
    }

    private async Task<int> Fill(string[] skus, CancellationToken cancellationToken)
    {
        await using var turn = await turns.Take(cancellationToken);
        var documents = await catalogue.Read(skus, cancellationToken);
        await index.FillShadow([.. documents.Select(document => document.Document)], cancellationToken);
        return documents.Count;
    }

    private async Task InTurn(Func<CancellationToken, Task> deed, CancellationToken cancellationToken)
    {
        await using var turn = await turns.Take(cancellationToken);
        await deed(cancellationToken);
    }
}
