using System.Text.Json.Serialization;
using Shop.Typesense;

namespace Shop.Workers.Search;

/// <summary>
/// A <see cref="SearchDocument"/> as Typesense holds it. What Shop.Api asks for by name is in <see cref="Schema"/>; the
/// rest is kept on disk beside it.
/// </summary>
internal sealed record TypesenseProduct
{
    public required string Id { get; init; }
    public required string Sku { get; init; }
    public required string Title { get; init; }
    public required string? Brand { get; init; }

    /// <summary>The brand once more, to be counted and filtered by: letter for letter, not by its stem.</summary>
    public required string? BrandName { get; init; }

    public required IReadOnlyList<string> Categories { get; init; }
    public required IReadOnlyList<string> CategoryIds { get; init; }

    /// <summary>To be counted by: id, a space, and the name, of which the end may be missing.</summary>
    public required IReadOnlyList<string> CategoryNodes { get; init; }

    public required IReadOnlyList<string> Attributes { get; init; }
    public required string Description { get; init; }
    public required long Price { get; init; }
    public required double Rating { get; init; }
    public required int RatingCount { get; init; }
    public required bool InStock { get; init; }
    public required int Popularity { get; init; }
    public required long CreatedAt { get; init; }

    // The SKU's place in ordinal order, by which the index is listed.
    public required long Order1 { get; init; }
    public required long Order2 { get; init; }
    public required long Order3 { get; init; }

    public required long Version { get; init; }
    public required long Fingerprint { get; init; }

    /// <summary>Typesense cuts what it counts behind so many characters.</summary>
    private const int LongestCounted = 100;

    private static readonly string[] Hyphens = ["-", "/"];

    /// <summary>Of what tells one name from another. Other signs are passed over.</summary>
    private static readonly string[] Signs = ["&", "+", "-", ".", "/", "_"];

    public static TypesenseProduct Of(SearchDocument document)
    {
        var order = SkuOrder.Of(document.Sku);
        return new()
        {
            Id = document.Sku,
            Sku = document.Sku,
            Title = document.Title,
            Brand = document.Brand,
            BrandName = document.Brand is null ? null : TypesenseFilter.Storable(document.Brand),
            Categories = [.. document.Categories.Select(category => category.Name)],
            CategoryIds = [.. document.Categories.Select(category => category.Id)],
            CategoryNodes = [.. document.Categories.Select(category => Counted($"{category.Id} {category.Name}"))],
            Attributes = [.. document.Attributes.Select(attribute => $"{attribute.Key} {attribute.Value}")],
            Description = document.Description,
            Price = document.Price,
            Rating = document.Rating,
            RatingCount = document.RatingCount,
            InStock = document.InStock,
            Popularity = (int)Math.Clamp(document.Popularity, 0, int.MaxValue),
            CreatedAt = document.CreatedAt.ToUnixTimeSeconds(),
            Order1 = order.First,
            Order2 = order.Second,
            Order3 = order.Third,
            Version = document.Version,
            Fingerprint = Search.Fingerprint.Of(document),
        };
    }

    /// <summary>
    /// All that is searched is stemmed, since whether a query is stemmed is decided by the first field. Hyphens and slashes
    /// part words, so that a part of a model's number is found; a SKU is found as a whole.
    /// </summary>
    public static CollectionSchema Schema(string name, string synonyms) => new()
    {
        Name = name,
        Fields =
        [
            new("sku", FieldType.Text) { Stem = true },
            new("title", FieldType.Text) { Infix = true, Stem = true, TokenSeparators = Hyphens },
            new("brand", FieldType.Text) { Optional = true, Stem = true, TokenSeparators = Hyphens },
            new("brand_name", FieldType.Text) { Facet = true, Optional = true, SymbolsToIndex = Signs },
            new("categories", FieldType.Texts) { Stem = true, TokenSeparators = Hyphens },
            new("category_ids", FieldType.Texts) { SymbolsToIndex = Signs },
            new("category_nodes", FieldType.Texts) { Facet = true },
            new("attributes", FieldType.Texts) { Stem = true, TokenSeparators = Hyphens },
            new("description", FieldType.Text) { Stem = true, TokenSeparators = Hyphens },
            new("price", FieldType.Whole64) { Facet = true, Sort = true, RangeIndex = true },
            new("rating", FieldType.Real) { Sort = true },
            new("rating_count", FieldType.Whole32) { Sort = true },
            new("in_stock", FieldType.Flag),
            new("popularity", FieldType.Whole32) { Sort = true },
            new("created_at", FieldType.Whole64) { Sort = true },
            new("order1", FieldType.Whole64) { Sort = true, RangeIndex = true },
            new("order2", FieldType.Whole64) { Sort = true },
            new("order3", FieldType.Whole64) { Sort = true },
        ],
        DefaultSortingField = "popularity",
        SynonymSets = [synonyms],
    };

    private static string Counted(string text) => text.Length <= LongestCounted ? text : text[..LongestCounted].TrimEnd();
}

/// <summary>What of a document is read back.</summary>
internal sealed record IndexedProduct(string Id, long Version, long Fingerprint);

/// <summary>
/// The first 36 characters of a SKU as three numbers in its ordinal order, twelve characters each: Typesense orders and
/// compares numbers, but text only after it has simplified it.
/// </summary>
internal readonly record struct SkuOrder(long First, long Second, long Third)
{
    private const string Alphabet = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const int Each = 12;

    /// <exception cref="ArgumentException">It has a character that no SKU has.</exception>
    public static SkuOrder Of(string sku) => new(Pack(sku, 0), Pack(sku, Each), Pack(sku, 2 * Each));

    /// <summary>Matches what is there or behind it.</summary>
    public string Filter =>
        $"order1:>{First} || (order1:={First} && order2:>{Second}) "
        + $"|| (order1:={First} && order2:={Second} && order3:>={Third})";

    private static long Pack(string sku, int from)
    {
        var number = 0L;
        for (var i = from; i < from + Each; i++)
            number = number * (Alphabet.Length + 1) + (i < sku.Length ? Rank(sku, sku[i]) : 0);
        return number;
    }

    private static int Rank(string sku, char sign) => Alphabet.IndexOf(sign, StringComparison.Ordinal) is >= 0 and var rank
        ? rank + 1
        : throw new ArgumentException($"'{sku}' is no SKU.", nameof(sku));
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(MultiSearchResult<IndexedProduct>))]
[JsonSerializable(typeof(TypesenseProduct))]
internal sealed partial class TypesenseProductJson : JsonSerializerContext;
