using Shop.Words;

namespace Shop.Api.Search;

/// <summary>A hit, with what it is ordered and counted by. Its order is that of pages: the highest key first.</summary>
/// <param name="Sku">Of the product; among equals the first comes first.</param>
/// <param name="Key">What the query is ordered by.</param>
/// <param name="Brand">Null if it has none.</param>
/// <param name="Category">Its own, the most special one.</param>
/// <param name="Price">Minor units.</param>
internal sealed record FoundProduct(string Sku, double Key, string? Brand, string Category, long Price)
    : IComparable<FoundProduct>
{
    public int CompareTo(FoundProduct? other) => Compare(other!.Key, other.Sku);

    public bool IsAfter(SearchPlace place) => Compare(place.Key, place.Sku) > 0;

    private int Compare(double key, string sku) =>
        key.CompareTo(Key) is not 0 and var order ? order : string.CompareOrdinal(Sku, sku);
}

/// <summary>Filters as the index knows them by its marks, for products that were found without.</summary>
internal static class FoundProducts
{
    extension(SearchQuery query)
    {
        /// <summary>Those that are set.</summary>
        public SearchFilters Filters =>
            (query.Brands.Count > 0 ? SearchFilters.Brand : SearchFilters.None)
            | (query.Category is not null ? SearchFilters.Category : SearchFilters.None)
            | (query.MinPrice is not null || query.MaxPrice is not null ? SearchFilters.Price : SearchFilters.None);

        /// <summary>Those that keep a product out.</summary>
        /// <param name="product">That was found.</param>
        /// <param name="nodes">Its category with all above it, if the query has one.</param>
        public SearchFilters Failed(FoundProduct product, IReadOnlyDictionary<string, IndexedCategory>? nodes) =>
            (query.Brands.Count > 0 && !query.IsOfBrand(product.Brand) ? SearchFilters.Brand : SearchFilters.None)
            | (query.Category is { } category
                && !(nodes!.GetValueOrDefault(product.Category)?.Path.Contains(category) ?? false)
                    ? SearchFilters.Category : SearchFilters.None)
            | (product.Price < query.MinPrice || product.Price > query.MaxPrice
                ? SearchFilters.Price : SearchFilters.None);

        private bool IsOfBrand(string? brand) => brand is not null
            && query.Brands.Any(wanted => Marks.BrandKey(wanted) == Marks.BrandKey(brand));
    }
}
