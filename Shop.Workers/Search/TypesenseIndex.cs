using System.Globalization;
using Microsoft.Extensions.Options;
using Shop.Typesense;

namespace Shop.Workers.Search;

/// <summary>
/// The index in Typesense. A collection serves because the alias <c>products</c> stands for it, and another is being
/// filled because <c>products_shadow</c> does, so that every process sees the same, and a swap is one request.
/// </summary>
internal sealed partial class TypesenseIndex(
    TypesenseClient client,
    TypesenseSynonyms synonyms,
    IOptions<TypesenseOptions> options,
    TimeProvider time,
    ILogger<TypesenseIndex> logger) : ISearchIndex
{
    /// <summary>The most hits that Typesense gives at once.</summary>
    private const int Page = 250;

    /// <summary>A filter of so many SKUs still fits the address of a request.</summary>
    private const int RemovedAtOnce = 40;

    private const int MostCollections = 1_000;

    private readonly string _live = options.Value.NamePrefix + "products";
    private readonly string _shadow = options.Value.NamePrefix + "products_shadow";

    public async Task Open(CancellationToken cancellationToken)
    {
        await synonyms.Push(cancellationToken);
        if ((await Serving(cancellationToken)).Live is null)
            await client.UpsertCollectionAlias(_live, await Create(cancellationToken), cancellationToken);
    }

    public async Task Put(IReadOnlyList<SearchDocument> documents, CancellationToken cancellationToken)
    {
        if (documents.Count == 0) return;
        foreach (var collection in await Written(cancellationToken))
            await Put(collection, documents, cancellationToken);
    }

    public async Task Remove(IReadOnlyList<string> skus, CancellationToken cancellationToken)
    {
        if (skus.Count == 0) return;
        foreach (var collection in await Written(cancellationToken))
            foreach (var some in skus.Chunk(RemovedAtOnce))
                await client.DeleteDocuments(collection, TypesenseFilter.AnyOf("id", some), cancellationToken);
    }

    public async Task<IReadOnlyList<IndexEntry>> List(string after, int most, CancellationToken cancellationToken)
    {
        if ((await Serving(cancellationToken)).Live is not { } live) return [];
        // One page more than is wanted: SKUs that differ only behind what is ordered stand in no order, and where the last
        // page ends some of them may be missing.
        var count = (most + Page - 1) / Page + 1;
        var pages = from page in Enumerable.Range(1, count)
                    select Search(live, SkuOrder.Of(after).Filter) with
                    {
                        SortBy = "order1:asc,order2:asc,order3:asc",
                        Page = page,
                    };
        var found = (await Found([.. pages], cancellationToken))
            .Select(product => (product, Order: SkuOrder.Of(product.Id)))
            .ToList();
        var last = found.Count == 0 ? default : found[^1].Order;
        if (found.Count == count * Page) found.RemoveAll(one => one.Order == last);
        return
        [
            .. found
                .Where(one => string.CompareOrdinal(one.product.Id, after) > 0)
                .OrderBy(one => one.product.Id, StringComparer.Ordinal)
                .Select(one => new IndexEntry(one.product.Id, one.product.Fingerprint))
                .Take(most),
        ];
    }

    public async Task BeginShadow(CancellationToken cancellationToken)
    {
        var (live, shadow) = await Serving(cancellationToken);
        if (shadow is not null) await client.DeleteCollectionAlias(_shadow, cancellationToken);
        foreach (var collection in await client.RetrieveCollections(MostCollections, 0, cancellationToken))
            if (IsOurs(collection.Name) && collection.Name != live) await Drop(collection.Name, cancellationToken);
        await synonyms.Push(cancellationToken);
        await client.UpsertCollectionAlias(_shadow, await Create(cancellationToken), cancellationToken);
    }

    public async Task FillShadow(IReadOnlyList<SearchDocument> documents, CancellationToken cancellationToken)
    {
        if (documents.Count == 0) return;
        await Put(await NeedShadow(cancellationToken), documents, cancellationToken);
    }

    /// <summary>Typesense indexes as it takes documents in: there is nothing left to do.</summary>
    public Task FinishShadow(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task SwapShadow(CancellationToken cancellationToken)
    {
        var (live, _) = await Serving(cancellationToken);
        var shadow = await NeedShadow(cancellationToken);
        await client.UpsertCollectionAlias(_live, shadow, cancellationToken);
        await client.DeleteCollectionAlias(_shadow, cancellationToken);
        if (live is not null && live != shadow) await Drop(live, cancellationToken);
        LogSwapped(live, shadow);
    }

    public async Task DropShadow(CancellationToken cancellationToken)
    {
        var (live, shadow) = await Serving(cancellationToken);
        if (shadow is null) return;
        await client.DeleteCollectionAlias(_shadow, cancellationToken);
        if (shadow != live) await Drop(shadow, cancellationToken);
    }

    private async Task<(string? Live, string? Shadow)> Serving(CancellationToken cancellationToken)
    {
        var aliases = await client.ListCollectionAliases(cancellationToken);
        return (aliases.FirstOrDefault(alias => alias.Name == _live)?.CollectionName,
            aliases.FirstOrDefault(alias => alias.Name == _shadow)?.CollectionName);
    }

    private async Task<string> NeedShadow(CancellationToken cancellationToken) =>
        (await Serving(cancellationToken)).Shadow ?? throw new InvalidOperationException("There is no shadow index.");

    /// <summary>The collections that changes go to: the live one, which is made if need be, and a shadow.</summary>
    private async Task<IEnumerable<string>> Written(CancellationToken cancellationToken)
    {
        var (live, shadow) = await Serving(cancellationToken);
        if (live is null)
        {
            await Open(cancellationToken);
            (live, shadow) = await Serving(cancellationToken);
        }

        return new[] { live!, shadow ?? live! }.Distinct();
    }

    private async Task<string> Create(CancellationToken cancellationToken)
    {
        var name = _live + time.GetUtcNow().ToString("'_'yyyyMMddHHmmssfff", CultureInfo.InvariantCulture);
        await client.CreateCollection(TypesenseProduct.Schema(name, synonyms.Name), cancellationToken);
        return name;
    }

    private bool IsOurs(string collection) =>
        collection.StartsWith(_live + "_", StringComparison.Ordinal)
        && collection.AsSpan(_live.Length + 1).IndexOfAnyExceptInRange('0', '9') < 0;

    private async Task Drop(string collection, CancellationToken cancellationToken)
    {
        try
        {
            await client.DeleteCollection(collection, cancellationToken);
        }
        catch (TypesenseApiNotFoundException)
        {
            // It is gone already, which is what was wanted: an attempt without an answer may have done it.
        }
    }

    private async Task Put(
        string collection, IReadOnlyList<SearchDocument> documents, CancellationToken cancellationToken)
    {
        var versions = documents.Chunk(Page).Select(some =>
            Search(collection, TypesenseFilter.AnyOf("id", some.Select(document => document.Sku))));
        var newest = (await Found([.. versions], cancellationToken))
            .ToDictionary(product => product.Id, product => product.Version);
        var products = documents
            .Where(document => document.Version >= newest.GetValueOrDefault(document.Sku, long.MinValue))
            .Select(TypesenseProduct.Of)
            .ToList();
        var results = await client.ImportDocuments(
            collection, products, TypesenseProductJson.Default.TypesenseProduct, ImportAction.Upsert, cancellationToken);
        var refused = results.Zip(products).Where(pair => !pair.First.Success).ToList();
        if (refused.Count > 0)
            throw new TypesenseException(
                $"{refused.Count} documents were refused, the first {refused[0].Second.Sku}: {refused[0].First.Error}");
    }

    private async Task<IEnumerable<IndexedProduct>> Found(
        IReadOnlyList<MultiSearchParameters> searches, CancellationToken cancellationToken) =>
        (await client.MultiSearch(searches, TypesenseProductJson.Default.MultiSearchResultIndexedProduct, cancellationToken))
        .SelectMany(result => result.OrThrow().Hits ?? [])
        .Select(hit => hit.Document);

    private static MultiSearchParameters Search(string collection, string filter) => new()
    {
        Collection = collection,
        Q = "*",
        FilterBy = filter,
        PerPage = Page,
        IncludeFields = "id,version,fingerprint",
    };

    [LoggerMessage(LogLevel.Information, "The search index {New} took the place of {Old}")]
    private partial void LogSwapped(string? old, string @new);
}
