using System.Runtime.InteropServices;

namespace Shop.Api.Search;

/// <summary>Counts hits by what they can be narrowed down by.</summary>
internal sealed class FacetCounts
{
    /// <summary>Brands that differ in the case of letters alone are one, called by the first of its spellings.</summary>
    private readonly Dictionary<string, (string Name, long Count)> _brands = new(StringComparer.OrdinalIgnoreCase);

    private readonly Dictionary<string, long> _categories = new(StringComparer.Ordinal);
    private readonly long[] _prices = new long[PriceRanges.From.Length];

    /// <summary>Those that hits are of, without those above.</summary>
    public IReadOnlyCollection<string> Categories => _categories.Keys;

    /// <summary>Counts these in some of the facets.</summary>
    public void Add(IEnumerable<FoundProduct> products, SearchFilters facets)
    {
        foreach (var product in products)
        {
            if (facets.HasFlag(SearchFilters.Brand)) AddBrand(product.Brand);
            if (facets.HasFlag(SearchFilters.Category)) AddCategory(product.Category);
            if (facets.HasFlag(SearchFilters.Price)) AddPrice(product.Price);
        }
    }

    private void AddBrand(string? brand)
    {
        if (brand is null) return;
        ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(_brands, brand, out var isKnown);
        var isFirst = !isKnown || string.CompareOrdinal(brand, known.Name) < 0;
        known = (isFirst ? brand : known.Name, known.Count + 1);
    }

    private void AddCategory(string id) => CollectionsMarshal.GetValueRefOrAddDefault(_categories, id, out _)++;

    /// <param name="amount">Minor units, not negative.</param>
    private void AddPrice(long amount)
    {
        var at = Array.BinarySearch(PriceRanges.From, amount);
        _prices[at >= 0 ? at : ~at - 1]++;
    }

    /// <param name="known">The nodes of <see cref="Categories"/> and those above them.</param>
    public SearchFacets Read(IReadOnlyDictionary<string, IndexedCategory> known)
    {
        var nodes = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (id, count) in _categories)
            if (known.GetValueOrDefault(id) is { } category)
                foreach (var step in category.Path) CollectionsMarshal.GetValueRefOrAddDefault(nodes, step, out _) += count;
        return new SearchFacets(
            [
                .. _brands.Values.OrderByDescending(brand => brand.Count).ThenBy(brand => brand.Name, StringComparer.Ordinal)
                    .Take(SearchFacets.MostValues).Select(brand => new BrandCount(brand.Name, brand.Count)),
            ],
            [
                .. nodes.Where(node => known.ContainsKey(node.Key))
                    .OrderByDescending(node => node.Value).ThenBy(node => node.Key, StringComparer.Ordinal)
                    .Take(SearchFacets.MostValues)
                    .Select(node => new CategoryCount(node.Key, known[node.Key].Name, node.Value)),
            ],
            [
                .. Enumerable.Range(0, _prices.Length).Where(range => _prices[range] > 0)
                    .Select(range => new PriceCount(PriceRanges.From[range], PriceRanges.EndOf(range), _prices[range])),
            ]);
    }
}
