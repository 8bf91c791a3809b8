using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Shop.Typesense;
using Shop.Workers.Search;
using Xunit;

namespace Shop.Tests.Typesense;

/// <summary>In which order the index asks for what. The server is a stand-in, and no Typesense.</summary>
public sealed class TypesenseIndexTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(new(2026, 11, 22, 20, 0, 0, TimeSpan.Zero));
    private readonly List<SynonymItem> _words = [new() { Id = "1", Synonyms = ["tv", "television"] }];
    private StandIn _server = null!;
    private TypesenseClient _client = null!;
    private TypesenseIndex _index = null!;

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await StandIn.Start();
        var options = Options.Create(Clients.Impatient(_server.Address));
        _client = new(options, TimeProvider.System, NullLogger<TypesenseClient>.Instance);
        var synonyms = new TypesenseSynonyms(_ => Task.FromResult<IReadOnlyList<SynonymItem>>([.. _words]), _client, options);
        _index = new(_client, synonyms, options, _time, NullLogger<TypesenseIndex>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task It_is_opened_with_its_words_then_a_collection_then_the_alias()
    {
        await _index.Open(Now);
        Assert.Equal(["PUT /synonym_sets/product_words", "POST /collections", "PUT /aliases/products"], _server.Changes);
        Assert.Equal("products_20261122200000000", _server.Aliases["products"]);
    }

    [Fact]
    public async Task Opening_it_again_changes_nothing()
    {
        await _index.Open(Now);
        await _index.Open(Now);
        Assert.Equal(3, _server.Changes.Count());
    }

    [Fact]
    public async Task Opening_it_again_tells_words_that_changed()
    {
        await _index.Open(Now);
        _words.Add(new() { Id = "2", Synonyms = ["fridge", "refrigerator"] });
        await _index.Open(Now);
        Assert.Equal("PUT /synonym_sets/product_words", _server.Changes.Last());
    }

    [Fact]
    public async Task A_document_makes_the_index_that_is_not_there_yet()
    {
        await _index.Put([Document("A-1")], Now);
        Assert.Equal(["A-1"], _server.Ids("products"));
    }

    [Fact]
    public async Task A_document_of_a_lower_version_is_ignored()
    {
        await _index.Put([Document("A-1", version: 3)], Now);
        await _index.Put([Document("A-1", version: 2, title: "older")], Now);
        Assert.Equal([Entry(Document("A-1", version: 3))], await _index.List("", 10, Now));
    }

    [Fact]
    public async Task A_document_of_the_same_version_takes_the_place_of_the_other()
    {
        await _index.Put([Document("A-1", version: 3)], Now);
        await _index.Put([Document("A-1", version: 3, title: "rated since")], Now);
        Assert.Equal([Entry(Document("A-1", version: 3, title: "rated since"))], await _index.List("", 10, Now));
    }

    [Fact]
    public async Task A_document_that_is_refused_is_a_fault_and_the_others_are_there()
    {
        _server.Refused.Add("A-2");
        var fault = await Assert.ThrowsAsync<TypesenseException>(
            () => _index.Put([Document("A-1"), Document("A-2"), Document("A-3")], Now));
        Assert.Contains("A-2", fault.Message, StringComparison.Ordinal);
        Assert.Equal(["A-1", "A-3"], _server.Ids("products"));
    }

    [Fact]
    public async Task What_is_removed_is_gone_and_what_was_not_there_is_no_fault()
    {
        await _index.Put([.. Enumerable.Range(1, 100).Select(number => Document($"A-{number}"))], Now);
        await _index.Remove([.. Enumerable.Range(2, 120).Select(number => $"A-{number}")], Now);
        Assert.Equal(["A-1"], _server.Ids("products"));
    }

    [Fact]
    public async Task It_is_listed_page_by_page_in_the_ordinal_order_of_SKUs_each_once()
    {
        string[] skus =
        [
            .. Enumerable.Range(1, 1_000).Select(number => $"S{number * 7919 % 1_000}"), "-", "A", "A-", "A0", "AA",
            .. Enumerable.Range(1, 40).Select(number => $"THE-SAME-FOR-THIRTY-SIX-CHARACTERS-AND-THEN-{number}"),
        ];
        foreach (var some in skus.Distinct().Chunk(IndexLimits.Batch))
            await _index.Put([.. some.Select(sku => Document(sku))], Now);
        var listed = new List<string>();
        IReadOnlyList<IndexEntry> page;
        do
        {
            page = await _index.List(listed.LastOrDefault(""), 110, Now);
            listed.AddRange(page.Select(entry => entry.Sku));
        }
        while (page.Count == 110);

        Assert.Equal(skus.Distinct().Order(StringComparer.Ordinal), listed);
    }

    [Fact]
    public async Task An_index_that_is_not_there_is_an_empty_list() => Assert.Empty(await _index.List("", 10, Now));

    [Fact]
    public async Task A_rebuild_fills_a_shadow_points_the_alias_and_drops_the_old()
    {
        await _index.Put([Document("A-1")], Now);
        var before = _server.Changes.Count();
        _time.Advance(TimeSpan.FromMinutes(1));

        await _index.BeginShadow(Now);
        await _index.FillShadow([Document("B-1")], Now);
        var meanwhile = _server.Ids("products").ToList();
        await _index.FinishShadow(Now);
        await _index.SwapShadow(Now);

        Assert.Equal(["A-1"], meanwhile);
        Assert.Equal(["B-1"], _server.Ids("products"));
        Assert.Equal(
            [
                "POST /collections", "PUT /aliases/products_shadow",
                "POST /collections/products_20261122200100000/documents/import",
                "PUT /aliases/products", "DELETE /aliases/products_shadow", "DELETE /collections/products_20261122200000000",
            ],
            _server.Changes.Skip(before));
    }

    [Fact]
    public async Task While_a_shadow_is_filled_changes_go_to_both()
    {
        await _index.Put([Document("A-1"), Document("A-2")], Now);
        await Shadow();
        await _index.FillShadow([Document("A-1"), Document("A-2")], Now);
        await _index.Put([Document("A-3")], Now);
        await _index.Remove(["A-1"], Now);
        Assert.Equal(_server.Ids("products"), _server.Ids("products_shadow"));
        Assert.Equal(["A-2", "A-3"], _server.Ids("products"));
    }

    [Fact]
    public async Task What_a_shadow_has_is_not_replaced_by_what_is_older()
    {
        await _index.Open(Now);
        await Shadow();
        await _index.Put([Document("A-1", version: 2)], Now);
        await _index.FillShadow([Document("A-1", version: 1)], Now);
        await _index.SwapShadow(Now);
        Assert.Equal([Entry(Document("A-1", version: 2))], await _index.List("", 10, Now));
    }

    [Fact]
    public async Task A_rebuild_throws_away_what_broken_ones_left_and_nothing_else()
    {
        await _index.Open(Now);
        await Shadow();
        _server.Create("products_20200101000000000");
        _server.Create("products_of_others");
        _server.Create("other_products_20200101000000000");
        await Shadow();
        Assert.Equal(
            ["other_products_20200101000000000", "products_20261122200000000", "products_20261122200200000", "products_of_others"],
            _server.Collections.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_shadow_that_is_dropped_leaves_the_live_index()
    {
        await _index.Put([Document("A-1")], Now);
        await Shadow();
        await _index.DropShadow(Now);
        await _index.DropShadow(Now);
        Assert.Equal(["products_20261122200000000"], _server.Collections);
        Assert.Equal(["products"], _server.Aliases.Keys);
    }

    [Fact]
    public async Task A_shadow_that_is_the_live_index_already_is_not_dropped()
    {
        await _index.Put([Document("A-1")], Now);
        await _client.UpsertCollectionAlias("products_shadow", _server.Aliases["products"], Now);
        await _index.DropShadow(Now);
        Assert.Equal(["A-1"], _server.Ids("products"));
    }

    [Fact]
    public async Task Without_a_shadow_there_is_nothing_to_swap()
    {
        await _index.Open(Now);
        await Assert.ThrowsAsync<InvalidOperationException>(() => _index.SwapShadow(Now));
    }

    [Fact]
    public async Task All_that_it_asks_for_is_as_described()
    {
        var spec = await ApiSpec.Get();
        await _index.Put([.. Enumerable.Range(1, 300).Select(number => Document($"A-{number}"))], Now);
        await _index.List("", 500, Now);
        await Shadow();
        await _index.FillShadow([Document("A-1")], Now);
        await _index.Remove(["A-1"], Now);
        await _index.SwapShadow(Now);
        await _index.DropShadow(Now);
        Assert.Equal("", string.Join('\n', _server.Exchanges.SelectMany(spec.Violations).Distinct()));
    }

    [Fact]
    public void Every_field_of_the_schema_is_one_that_documents_have()
    {
        var document = JsonSerializer.SerializeToElement(
            TypesenseProduct.Of(Document("A-1")), TypesenseProductJson.Default.TypesenseProduct);
        Assert.All(
            TypesenseProduct.Schema("products", "words").Fields,
            field => Assert.Equal(field.Type, Kind(document.GetProperty(field.Name), field.Type)));
    }

    [Theory]
    [InlineData("A", "AA")]
    [InlineData("A-1", "A0")]
    [InlineData("A9", "AA")]
    [InlineData("ABCDEFGHIJKL", "ABCDEFGHIJKL0")]
    [InlineData("ZZZZZZZZZZZZ", "ZZZZZZZZZZZZZ")]
    public void SKUs_have_their_ordinal_order_as_numbers(string lesser, string greater) =>
        Assert.True(Tuple(SkuOrder.Of(lesser)).CompareTo(Tuple(SkuOrder.Of(greater))) < 0);

    private static (long, long, long) Tuple(SkuOrder order) => (order.First, order.Second, order.Third);

    private static string Kind(JsonElement value, string type) => value.ValueKind switch
    {
        JsonValueKind.String => FieldType.Text,
        JsonValueKind.Array => FieldType.Texts,
        JsonValueKind.True or JsonValueKind.False => FieldType.Flag,
        JsonValueKind.Number when type is FieldType.Whole32 or FieldType.Whole64 or FieldType.Real => type,
        _ => value.ValueKind.ToString(),
    };

    private Task Shadow()
    {
        _time.Advance(TimeSpan.FromMinutes(1));
        return _index.BeginShadow(Now);
    }

    private static IndexEntry Entry(SearchDocument document) => new(document.Sku, Fingerprint.Of(document));

    private static SearchDocument Document(string sku, long version = 1, string title = "A product") => new()
    {
        Sku = sku,
        Title = title,
        Brand = "Brand `quoted`",
        Categories = [new("root", "Everything"), new("tv", "Televisions")],
        Attributes = new Dictionary<string, string> { ["Colour"] = "black" },
        Description = "What it is.",
        Price = 4_999,
        Currency = "USD",
        Rating = 4.5,
        RatingCount = 12,
        Availability = "IN_STOCK",
        Popularity = long.MaxValue,
        CreatedAt = DateTimeOffset.UnixEpoch,
        UpdatedAt = DateTimeOffset.UnixEpoch,
        Version = version,
    };
}
