namespace Shop.Api.Catalog;

/// <summary>
/// An order of category pages: by a column of the published listing, which has an index for it, and by SKU among equals.
/// Both run the same way, so that the index serves either direction.
/// </summary>
internal sealed class ListingSort
{
    public static readonly ListingSort Popularity = new("popularity", "popularity", isDescending: true);
    public static readonly ListingSort Price = new("price", "price", isDescending: false);
    public static readonly ListingSort PriceDown = new("-price", "price", isDescending: true);
    public static readonly ListingSort Newest = new("newest", "newest", isDescending: true);
    public static readonly ListingSort Rating = new("rating", "rating", isDescending: true);

    public static readonly IReadOnlyList<ListingSort> All = [Popularity, Price, PriceDown, Newest, Rating];

    private ListingSort(string name, string column, bool isDescending)
    {
        Name = name;
        // Before all that there can be: a SKU has capital letters, digits and '-'.
        Start = isDescending ? new ListingPlace(long.MaxValue, "~") : new ListingPlace(long.MinValue, "");
        var (after, direction) = isDescending ? ("<", "desc") : (">", "asc");
        Statement = $"""
            select {column}, sku from catalog.listing_view
            where category_id = $1 and ({column}, sku) {after} ($2, $3)
            order by {column} {direction}, sku {direction} limit $4
            """;
    }

    /// <summary>As clients write it.</summary>
    public string Name { get; }

    /// <summary>The places after a place: category, value, SKU, how many.</summary>
    public string Statement { get; }

    public ListingPlace Start { get; }

    /// <returns>The default if none is asked for, null if there is no such order.</returns>
    public static ListingSort? Find(string? name) =>
        name is null ? Popularity : All.FirstOrDefault(sort => sort.Name == name);
}

/// <summary>Where in an order: the value that is sorted by, and the product.</summary>
internal readonly record struct ListingPlace(long Value, string Sku);
