using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Shop.Api.Search;
using Shop.Typesense;
using Shop.Workers.Search;
using Xunit;

namespace Shop.Tests.Typesense;

/// <summary>
/// What the engine asks Typesense for, and what it makes of answers. That Typesense finds with it what is looked for is
/// shown by the suite that runs against a live server, and by nothing here.
/// </summary>
public sealed class TypesenseSearchTests : IAsyncLifetime
{
    private static readonly SearchQuery Filtered = new()
    {
        Text = "smart tv", Category = "tv", Brands = ["LG", "A&B, Inc."], MinPrice = 100, MaxPrice = 99_999, InStock = true,
    };

    private ScriptedServer _server = null!;
    private TypesenseClient _client = null!;
    private TypesenseSuggestions _suggestions = null!;
    private TypesenseSearch _engine = null!;

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await ScriptedServer.Start((exchange, _) => Task.FromResult(Found(exchange, 45)));
        var options = Options.Create(Clients.Impatient(_server.Address));
        _client = new(options, TimeProvider.System, NullLogger<TypesenseClient>.Instance);
        _suggestions = new(_client, options, TimeProvider.System, NullLogger<TypesenseSuggestions>.Instance);
        _engine = new(_client, options, _suggestions);
    }

    public async ValueTask DisposeAsync()
    {
        _suggestions.Dispose();
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Without_filters_it_is_one_search_with_all_facets()
    {
        await _engine.Search(new() { Text = "tv" }, Now);
        var search = Assert.Single(Searches());
        Assert.Null(search["filter_by"]);
        Assert.Equal(["brand_name", "category_nodes", "price"], Fields((string)search["facet_by"]!));
    }

    [Fact]
    public async Task Each_facet_ignores_its_own_filter_and_no_other()
    {
        await _engine.Search(Filtered, Now);
        const string Brand = "brand_name:=[`LG`,`A&B, Inc.`]", Category = "category_ids:=`tv`";
        const string Price = "(price:>=100 && price:<=99999)", Stock = "in_stock:=true";
        Assert.Equal(
            [
                ("", string.Join(" && ", Brand, Category, Price, Stock)),
                ("brand_name", string.Join(" && ", Category, Price, Stock)),
                ("category_nodes", string.Join(" && ", Brand, Price, Stock)),
                ("price", string.Join(" && ", Brand, Category, Stock)),
            ],
            Searches().Select(search =>
                (string.Join(' ', Fields((string?)search["facet_by"] ?? "")), (string)search["filter_by"]!)));
    }

    [Fact]
    public async Task Facets_alone_ask_for_no_hits()
    {
        await _engine.Search(Filtered, Now);
        Assert.Equal([20, 0, 0, 0], Searches().Select(search => (int)search["limit"]!));
    }

    [Fact]
    public async Task Hits_total_and_facets_are_read()
    {
        var hits = await _engine.Search(new() { Text = "tv", Limit = 2 }, Now);
        Assert.Equal(["S0", "S1"], hits!.Skus);
        Assert.Equal(45, hits.Total);
        Assert.Equal([new BrandCount("LG", 30), new BrandCount("Sony", 15)], hits.Facets.Brand);
        Assert.Equal([new CategoryCount("tv", "All that shows pictures", 45)], hits.Facets.Category);
        Assert.Equal([new PriceCount(0, 2_499, 5), new PriceCount(200_000, null, 40)], hits.Facets.Price);
    }

    [Fact]
    public async Task Pages_follow_each_other_to_the_end()
    {
        var query = new SearchQuery { Text = "tv" };
        var skus = new List<string>();
        string? next = null;
        do
        {
            var hits = await _engine.Search(query with { Cursor = next }, Now);
            skus.AddRange(hits!.Skus);
            next = hits.Next;
        }
        while (next is not null);

        Assert.Equal(Enumerable.Range(0, 45).Select(number => $"S{number}"), skus);
    }

    [Fact]
    public async Task A_cursor_serves_the_query_that_it_was_given_for_alone()
    {
        var first = await _engine.Search(new() { Text = "tv" }, Now);
        Assert.Null(await _engine.Search(new() { Text = "radio", Cursor = first!.Next }, Now));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    public async Task Another_cursor_is_none(string cursor) =>
        Assert.Null(await _engine.Search(new() { Text = "tv", Cursor = cursor }, Now));

    [Fact]
    public async Task Pages_end_where_they_cost_too_much()
    {
        _server.Script = (exchange, _) => Task.FromResult(Found(exchange, 1_000_000));
        var query = new SearchQuery { Limit = 100 };
        var cursor = SearchCursor.Write(query, new SearchPlace(TypesenseSearch.MostHits - 40, "S1"));
        var hits = await _engine.Search(query with { Cursor = cursor }, Now);
        Assert.Equal((40, 1_000_000L, null), (hits!.Skus.Count, hits.Total, hits.Next));
    }

    [Theory]
    [InlineData("tv", SearchSort.Relevance, "_text_match(buckets: 10):desc,popularity:desc")]
    [InlineData("", SearchSort.Relevance, "popularity:desc")]
    [InlineData("tv", SearchSort.Popularity, "popularity:desc")]
    [InlineData("tv", SearchSort.Price, "price:asc,popularity:desc")]
    [InlineData("tv", SearchSort.PriceDescending, "price:desc,popularity:desc")]
    [InlineData("tv", SearchSort.Newest, "created_at:desc,popularity:desc")]
    [InlineData("tv", SearchSort.Rating, "rating:desc,rating_count:desc,popularity:desc")]
    public async Task Hits_are_ordered_as_asked_for(string text, object sort, string expected)
    {
        await _engine.Search(new() { Text = text, Sort = (SearchSort)sort }, Now);
        Assert.Equal(expected, (string?)Searches()[0]["sort_by"]);
    }

    [Theory]
    [InlineData("", "*")]
    [InlineData("  ", "*")]
    [InlineData("smart  tv", "smart tv")]
    [InlineData("\"smart tv\" -lg --x wi-fi", "smart tv lg x wi-fi")]
    public async Task What_Typesense_takes_for_operators_is_taken_out(string text, string expected)
    {
        await _engine.Search(new() { Text = text }, Now);
        Assert.Equal(expected, (string?)Searches()[0]["q"]);
    }

    [Fact]
    public async Task Signs_alone_find_nothing() => Assert.Equal(0, (await _engine.Search(new() { Text = "!?*" }, Now))!.Total);

    [Fact]
    public async Task A_search_that_failed_is_told_by_its_kind()
    {
        _server.Script = (_, _) => Task.FromResult(new Reply(200, """{"results":[{"code":404,"error":"Not found."}]}"""));
        await Assert.ThrowsAsync<TypesenseApiNotFoundException>(() => _engine.Search(new() { Text = "tv" }, Now));
    }

    [Fact]
    public async Task It_names_no_field_but_those_that_the_indexer_fills()
    {
        foreach (var sort in Enum.GetValues<SearchSort>()) await _engine.Search(Filtered with { Sort = sort }, Now);
        var schema = TypesenseProduct.Schema("products", "words").Fields.ToDictionary(field => field.Name);
        var searches = _server.Exchanges.SelectMany(Searches).ToList();
        Assert.All(
            searches.SelectMany(search => Fields((string)search["query_by"]!)),
            name => Assert.StartsWith("string", schema[name].Type, StringComparison.Ordinal));
        Assert.All(
            searches.SelectMany(search => Fields((string?)search["facet_by"] ?? "")),
            name => Assert.True(schema[name].Facet));
        Assert.All(
            searches.SelectMany(search => Fields((string)search["sort_by"]!)).Where(name => name != "_text_match"),
            name => Assert.True(schema[name].Sort));
        Assert.All(
            searches.SelectMany(search => Regex.Matches((string)search["filter_by"]!, @"(\w+):[=<>]"))
                .Select(match => match.Groups[1].Value),
            name => Assert.Contains(name, schema));
    }

    [Fact]
    public async Task Each_field_has_its_weight_its_typos_and_its_prefix()
    {
        await _engine.Search(new() { Text = "tv" }, Now);
        string[] each = ["query_by", "query_by_weights", "prefix", "infix", "num_typos"];
        Assert.Single(each.Select(name => ((string)Searches()[0][name]!).Split(',').Length).Distinct());
    }

    [Fact]
    public async Task Suggestions_are_the_best_known_products_with_their_brands_and_categories()
    {
        _server.Script = (exchange, _) => Task.FromResult(BestKnown(exchange, 600));
        await _suggestions.Refresh(Now);
        Assert.Equal(3, _server.Exchanges.Count);
        Assert.Contains(new Suggestion("Televisions", null), await _engine.Suggest("telev", 5, Now));
        Assert.Contains(new Suggestion("Sonic television 599", "S599"), await _engine.Suggest("sonic television 599", 5, Now));
    }

    [Fact]
    public async Task Searches_and_answers_are_as_described()
    {
        var spec = await ApiSpec.Get();
        await _suggestions.Refresh(Now);
        foreach (var query in new[] { new SearchQuery(), new() { Text = "tv" }, Filtered }) await _engine.Search(query, Now);
        Assert.Equal("", string.Join('\n', _server.Exchanges.SelectMany(spec.Violations).Distinct()));
    }

    /// <summary>Names of fields, without what stands in brackets.</summary>
    private static IEnumerable<string> Fields(string list) => Regex.Replace(list, @"\([^)]*\)", "")
        .Split(',', StringSplitOptions.RemoveEmptyEntries)
        .Select(part => part.Split(':')[0]);

    private IReadOnlyList<JsonNode> Searches() => Searches(_server.Exchanges[^1]);

    private static IReadOnlyList<JsonNode> Searches(Exchange exchange) =>
        [.. JsonNode.Parse(exchange.Body)!["searches"]!.AsArray().Select(search => search!)];

    /// <summary>So many hits, S0 and so on, and the same facets each time, as far as they are asked for.</summary>
    private static Reply Found(Exchange exchange, int found) => new(200, new JsonObject
    {
        ["results"] = new JsonArray([.. Searches(exchange).Select(search =>
        {
            var (offset, limit) = ((int?)search["offset"] ?? 0, (int?)search["limit"] ?? 0);
            return (JsonNode)new JsonObject
            {
                ["found"] = found,
                ["out_of"] = found,
                ["page"] = 1,
                ["search_time_ms"] = 1,
                ["hits"] = new JsonArray([.. Enumerable.Range(offset, Math.Clamp(found - offset, 0, limit))
                    .Select(number => (JsonNode)new JsonObject { ["document"] = new JsonObject { ["id"] = $"S{number}" } })]),
                ["facet_counts"] = new JsonArray([.. Fields((string?)search["facet_by"] ?? "").Select(Facet)]),
            };
        })]),
    }.ToJsonString());

    private static Reply BestKnown(Exchange exchange, int found)
    {
        var search = Assert.Single(Searches(exchange));
        var (page, size) = ((int)search["page"]!, (int)search["per_page"]!);
        var hits = Enumerable.Range(0, found).Skip((page - 1) * size).Take(size).Select(number => (JsonNode)new JsonObject
        {
            ["document"] = new JsonObject
            {
                ["id"] = $"S{number}",
                ["title"] = $"Sonic television {number}",
                ["brand"] = "Sonic",
                ["categories"] = new JsonArray("Everything", "Televisions"),
                ["popularity"] = found - number,
            },
        });
        return new(200, new JsonObject
        {
            ["results"] = new JsonArray(new JsonObject { ["found"] = found, ["hits"] = new JsonArray([.. hits]) }),
        }.ToJsonString());
    }

    private static JsonNode Facet(string field) => new JsonObject
    {
        ["field_name"] = field,
        ["stats"] = new JsonObject(),
        ["counts"] = new JsonArray([.. (field switch
        {
            "brand_name" => new[] { ("LG", 30), ("Sony", 15) },
            "price" => [("r7", 40), ("r0", 5)],
            _ => [("tv All that shows pictures", 45)],
        }).Select(one => new JsonObject { ["value"] = one.Item1, ["count"] = one.Item2, ["highlighted"] = one.Item1 })]),
    };
}
