using System.Globalization;
using Microsoft.AspNetCore.Mvc;

namespace Shop.Api.Search;

/// <summary>A search as clients write it, and its limits.</summary>
internal sealed class SearchRequest
{
    public const int MostText = 200;
    public const int MostBrands = 20;
    public const int MostBrandText = 200;
    public const int MostOnPage = 100;
    public const int UsualOnPage = 20;

    private const long MostPrice = 100_000_000_000;

    private static readonly Dictionary<string, SearchSort> Sorts = new()
    {
        ["relevance"] = SearchSort.Relevance,
        ["popularity"] = SearchSort.Popularity,
        ["price"] = SearchSort.Price,
        ["-price"] = SearchSort.PriceDescending,
        ["newest"] = SearchSort.Newest,
        ["rating"] = SearchSort.Rating,
    };

    [FromQuery(Name = "q")]
    public string? Q { get; init; }

    [FromQuery(Name = "category")]
    public string? Category { get; init; }

    [FromQuery(Name = "brand")]
    public string[]? Brand { get; init; }

    [FromQuery(Name = "minPrice")]
    public string? MinPrice { get; init; }

    [FromQuery(Name = "maxPrice")]
    public string? MaxPrice { get; init; }

    [FromQuery(Name = "inStock")]
    public string? InStock { get; init; }

    [FromQuery(Name = "sort")]
    public string? Sort { get; init; }

    [FromQuery(Name = "limit")]
    public string? Limit { get; init; }

    [FromQuery(Name = "cursor")]
    public string? Cursor { get; init; }

    /// <summary>As a query; what is wrong is noted by field, and the query is then of no use.</summary>
    public SearchQuery Read(Dictionary<string, string[]> errors)
    {
        var brands = Brand ?? [];
        var min = ReadPrice("minPrice", MinPrice, errors);
        var max = ReadPrice("maxPrice", MaxPrice, errors);
        void Require(bool holds, string field, string otherwise)
        {
            if (!holds) errors.TryAdd(field, [otherwise]);
        }

        Require(Q is null || Q.Length <= MostText, "q", $"It may have {MostText} characters.");
        Require(Category is null || IsCategory(Category), "category", "It must be the id of a category.");
        Require(brands.Length <= MostBrands && brands.All(IsBrand), "brand",
            $"There may be {MostBrands}, each of 1 to {MostBrandText} characters.");
        Require(min is null || max is null || min <= max, "maxPrice", "It must not be below minPrice.");
        Require(InStock is null or "true" or "false", "inStock", "It must be true or false.");
        Require(Sort is null || Sorts.ContainsKey(Sort), "sort", $"It must be one of {string.Join(", ", Sorts.Keys)}.");
        var query = new SearchQuery
        {
            Text = Q?.Trim() ?? "",
            Category = Category,
            Brands = brands,
            MinPrice = min,
            MaxPrice = max,
            InStock = InStock == "true",
            Sort = Sorts.GetValueOrDefault(Sort ?? ""),
            Limit = ReadLimit(Limit, UsualOnPage, errors),
            Cursor = Cursor,
        };
        // Told apart here, so that no cache ever holds the answer to one that leads nowhere.
        Require(Cursor is null || errors.Count > 0 || SearchCursor.Read(query, Cursor) is not null, "cursor",
            "It must be the next of a page of this search.");
        return query;
    }

    public static int ReadLimit(string? text, int usual, Dictionary<string, string[]> errors)
    {
        if (text is null) return usual;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
            && limit is >= 1 and <= MostOnPage) return limit;
        errors["limit"] = [$"It must be 1 to {MostOnPage}."];
        return usual;
    }

    private static long? ReadPrice(string field, string? text, Dictionary<string, string[]> errors)
    {
        if (text is null) return null;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var price) && price <= MostPrice)
            return price;
        errors[field] = [$"It must be 0 to {MostPrice}, in minor units."];
        return null;
    }

    private static bool IsCategory(string id) => id.Length is > 0 and <= 64
        && id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-');

    private static bool IsBrand(string? brand) =>
        brand is { Length: > 0 and <= MostBrandText } && !brand.Contains('\0', StringComparison.Ordinal);
}
