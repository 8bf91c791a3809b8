using Npgsql;
using Shop.Messaging.Hosting;

namespace Shop.Workers.Search;

/// <summary>Compares catalogue and index, and remembers how far it has come.</summary>
internal sealed class Drift(
    Database<SearchDbContext> database, ISearchIndex index, CatalogueReader catalogue, Indexer indexer)
{
    /// <summary>Compares the next stretch, and indexes anew what differs.</summary>
    /// <returns>How many differed, and whether this was the last stretch; the next one is then the first.</returns>
    public async Task<(int Mended, bool IsEnd)> MendNext(CancellationToken cancellationToken)
    {
        var after = await ReadMark(cancellationToken);
        var (differing, last) = await Compare(after, cancellationToken);
        if (differing.Count > 0)
        {
            await indexer.Index(differing, cancellationToken);
            SearchTelemetry.Mended(differing.Count);
        }

        await WriteMark(last ?? "", cancellationToken);
        return (differing.Count, last is null);
    }

    /// <summary>Two sorted lists, which may end at different products: compared up to where the shorter one ends.</summary>
    private async Task<(List<string> Differing, string? Last)> Compare(string after, CancellationToken cancellationToken)
    {
        var there = await catalogue.ReadAfter(after, IndexLimits.Batch, cancellationToken);
        var here = await index.List(after, IndexLimits.Batch, cancellationToken);
        var ends = new List<string>();
        if (there.Count == IndexLimits.Batch) ends.Add(there[^1].Document.Sku);
        if (here.Count == IndexLimits.Batch) ends.Add(here[^1].Sku);
        var last = ends.Min(StringComparer.Ordinal);
        bool IsWithin(string sku) => last is null || string.CompareOrdinal(sku, last) <= 0;

        var wanted = there.Where(read => IsWithin(read.Document.Sku))
            .ToDictionary(read => read.Document.Sku, read => Fingerprint.Of(read.Document));
        var found = here.Where(entry => IsWithin(entry.Sku)).ToDictionary(entry => entry.Sku, entry => entry.Fingerprint);
        return ([.. wanted.Except(found).Concat(found.Except(wanted)).Select(pair => pair.Key).Distinct()], last);
    }

    private async Task<string> ReadMark(CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand("select after_sku from search.drift_mark");
        return (string)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private async Task WriteMark(string after, CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand("update search.drift_mark set after_sku = $1");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = after });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
