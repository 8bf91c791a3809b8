using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Npgsql;

namespace Shop.Load;

/// <summary>A product that questions are made of.</summary>
internal sealed record AskedProduct(string Sku, string Title, string? Brand, string CategoryId);

/// <summary>
/// What people ask a catalogue, made of its own products, and hardly any of it twice: otherwise what is measured would be
/// what the shop has kept of the answer before.
/// </summary>
internal sealed partial class BrowseQuestions
{
    public const string Search = "/search";
    public const string Suggest = "/search/suggest";
    public const string List = "/products?category=";

    private const int MostProducts = 10_000;
    private const int MostCategories = 80;
    private const int MostPages = 10;
    private static readonly string[] Sorts = ["popularity", "price", "-price", "newest", "rating"];

    private readonly Random _random;

    private BrowseQuestions(int seed, IReadOnlyList<AskedProduct> products) =>
        (_random, Products) = (new Random(seed), products);

    /// <summary>In random order.</summary>
    public IReadOnlyList<AskedProduct> Products { get; }

    /// <summary>Paths, by what they ask for.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Asked { get; private set; } =
        new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);

    /// <exception cref="BenchFailedException">There are no products.</exception>
    public static async Task<BrowseQuestions> Of(
        Uri api, NpgsqlDataSource database, int seed, CancellationToken cancellationToken)
    {
        var questions = new BrowseQuestions(seed, await Sample(database, seed, cancellationToken));
        questions.Asked = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal)
        {
            [Search] = [.. questions.Products.Select(questions.SearchFor).Distinct()],
            [Suggest] = [.. questions.Products.Select(questions.SuggestFor).Distinct()],
            [List] = await questions.Lists(api, database, cancellationToken),
        };
        return questions;
    }

    private static async Task<List<AskedProduct>> Sample(
        NpgsqlDataSource database, int seed, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            select sku, title, brand, category_id from catalog.product where active
            order by md5(sku || $1) limit $2
            """);
        command.Parameters.Add(new NpgsqlParameter { Value = seed.ToString(CultureInfo.InvariantCulture) });
        command.Parameters.Add(new NpgsqlParameter { Value = MostProducts });
        var products = new List<AskedProduct>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            products.Add(new AskedProduct(reader.GetString(0), reader.GetString(1),
                await reader.IsDBNullAsync(2, cancellationToken) ? null : reader.GetString(2), reader.GetString(3)));
        return products.Count > 0
            ? products
            : throw new BenchFailedException("the catalogue is empty: import products first.");
    }

    /// <summary>One to three neighbouring words of a title; some misspelt, some with filters, some in another order.</summary>
    private string SearchFor(AskedProduct product)
    {
        var words = Words().Matches(product.Title).Select(word => word.Value).ToArray();
        var first = _random.Next(Math.Max(1, words.Length));
        var text = words.Length == 0 ? product.Title : string.Join(' ', words.Skip(first).Take(1 + _random.Next(3)));
        var path = $"/search?q={Uri.EscapeDataString(_random.Next(6) == 0 ? Misspelt(text) : text)}";
        return _random.Next(10) switch
        {
            0 when product.Brand is not null => $"{path}&brand={Uri.EscapeDataString(product.Brand)}",
            1 => $"{path}&category={Uri.EscapeDataString(product.CategoryId)}",
            2 => $"{path}&minPrice={_random.Next(5_000)}&maxPrice={10_000 + _random.Next(90_000)}",
            3 => $"{path}&sort={Sorts[_random.Next(Sorts.Length)]}",
            4 => $"{path}&inStock=true",
            _ => path,
        };
    }

    private string SuggestFor(AskedProduct product)
    {
        var typed = product.Title[..Math.Min(product.Title.Length, 2 + _random.Next(12))];
        return $"/search/suggest?q={Uri.EscapeDataString(_random.Next(5) == 0 ? Misspelt(typed) : typed)}";
    }

    /// <summary>With two letters swapped, one left out, or one doubled.</summary>
    private string Misspelt(string text)
    {
        if (text.Length < 5) return text;
        var at = 1 + _random.Next(text.Length - 3);
        return _random.Next(3) switch
        {
            0 => $"{text[..at]}{text[at + 1]}{text[at]}{text[(at + 2)..]}",
            1 => text.Remove(at, 1),
            _ => text.Insert(at, text[at].ToString()),
        };
    }

    /// <summary>Pages of categories at every height of the tree, in every order, as far as their cursors lead.</summary>
    private async Task<IReadOnlyList<string>> Lists(
        Uri api, NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        var paths = new List<string>();
        using var wire = await HttpWire.Connect(api, cancellationToken);
        foreach (var category in await Categories(database, cancellationToken))
        foreach (var sort in Sorts)
        {
            var path = $"/products?category={Uri.EscapeDataString(category)}&sort={sort}";
            for (string? next = path; next is not null && paths.Count < MostProducts;)
            {
                paths.Add(next);
                var status = await wire.Exchange(HttpWire.Get(api, next), cancellationToken);
                if (status != 200) throw new BenchFailedException($"{next} answers {status}.");
                using var page = JsonDocument.Parse(wire.Text());
                var cursor = page.RootElement.GetProperty("next").GetString();
                var isLast = cursor is null || paths.Count % MostPages == 0;
                next = isLast ? null : $"{path}&cursor={Uri.EscapeDataString(cursor!)}";
            }
        }

        var shuffled = paths.ToArray();
        _random.Shuffle(shuffled);
        return shuffled;
    }

    private async Task<List<string>> Categories(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            select id from (select distinct step ->> 'id' as id from catalog.category c
                cross join lateral jsonb_array_elements(c.path) as step where c.id = any($1)) known
            order by md5(id || $2) limit $3
            """);
        command.Parameters.Add(new NpgsqlParameter
        {
            Value = Products.Take(1_000).Select(product => product.CategoryId).Distinct().ToArray(),
        });
        command.Parameters.Add(new NpgsqlParameter { Value = _random.Next().ToString(CultureInfo.InvariantCulture) });
        command.Parameters.Add(new NpgsqlParameter { Value = MostCategories });
        var categories = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) categories.Add(reader.GetString(0));
        return categories;
    }

    [GeneratedRegex(@"[\p{L}\p{N}]{2,}")]
    private static partial Regex Words();
}
