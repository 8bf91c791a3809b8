using System.Diagnostics;
using Shop.Api.Search;
using Shop.Contracts.Inventory;
using Shop.Workers.Import;
using Shop.Workers.Search;
using Xunit;

namespace Shop.IntegrationTests.Search;

/// <summary>
/// What any engine must do, from putting documents into its index to finding them. Each test has a made-up word of its
/// own in its documents, so that all can share one index.
/// </summary>
public abstract class SearchBehaviour
{
    private static int _count;

    private readonly string _own = OwnWord();

    private int _documents;

    /// <summary>The word of this test.</summary>
    private protected string Own => _own;

    private protected abstract ISearchIndex Index { get; }

    private protected abstract ISearchEngine Engine { get; }

    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_word_of_the_title_the_brand_the_category_an_attribute_or_the_description_is_found()
    {
        var document = await Put(Document("Gadget") with
        {
            Title = $"Gadget {_own}title",
            Brand = $"{_own}brand",
            Categories = [new("behaviour", $"{_own}category")],
            Attributes = new Dictionary<string, string> { ["colour"] = $"{_own}attribute" },
            Description = $"It is {_own}description.",
        });

        foreach (var place in new[] { "title", "brand", "category", "attribute", "description" })
            Assert.Equal([document.Sku], await Skus(_own + place));
    }

    [Fact]
    public async Task What_stands_in_the_title_comes_before_what_stands_in_the_description()
    {
        var lower = await Put(Document("Gadget") with { Description = $"Goes with {_own} trumpets." });
        var upper = await Put(Document($"{_own} trumpet"));

        Assert.Equal([upper.Sku, lower.Sku], await Skus($"{_own} trumpet"));
    }

    [Fact]
    public async Task Of_two_that_match_alike_the_more_popular_comes_first()
    {
        var lower = await Put(Document($"{_own} lantern") with { Popularity = 10 });
        var upper = await Put(Document($"{_own} lantern") with { Popularity = 10_000 });

        Assert.Equal([upper.Sku, lower.Sku], await Skus($"{_own} lantern"));
    }

    [Theory]
    [InlineData("accordoin")]
    [InlineData("acordion")]
    [InlineData("accordian")]
    [InlineData("acccordion")]
    public async Task A_misspelt_word_finds_what_was_meant(string misspelt)
    {
        var document = await Put(Document($"{_own} accordion"));

        Assert.Equal([document.Sku], await Skus($"{_own} {misspelt}"));
    }

    [Fact]
    public async Task A_slip_that_no_title_has_any_more_finds_what_was_meant()
    {
        var slip = await Put(Document($"{_own} marimbo"));
        await Put(slip with { Title = $"{_own} cup", Version = 2 });
        var document = await Put(Document($"{_own} marimba"));

        Assert.Equal([document.Sku], await Skus($"{_own} marimbo"));
    }

    [Theory]
    [InlineData("bassoons")]
    [InlineData("bassoon")]
    public async Task Singular_and_plural_are_the_same(string typed)
    {
        var one = await Put(Document($"{_own} bassoon"));
        var many = await Put(Document($"{_own} bassoons"));

        Assert.Equal(new[] { one.Sku, many.Sku }.Order(), (await Skus($"{_own} {typed}")).Order());
    }

    [Theory]
    [InlineData("tv")]
    [InlineData("television")]
    [InlineData("televisions")]
    public async Task Synonyms_are_the_same(string typed)
    {
        var one = await Put(Document($"{_own} television"));
        var other = await Put(Document($"{_own} TV"));

        Assert.Equal(new[] { one.Sku, other.Sku }.Order(), (await Skus($"{_own} {typed}")).Order());
    }

    [Fact]
    public async Task The_beginning_of_a_model_number_finds_it()
    {
        var document = await Put(Document($"{_own} panel VX77KQ6300FXZA"));

        Assert.Equal([document.Sku], await Skus($"{_own} VX77"));
    }

    [Fact]
    public async Task A_category_holds_all_that_is_below_it()
    {
        var below = await Put(Document(_own) with
        {
            Categories = [new($"{_own}-top", "Top"), new($"{_own}-middle", "Middle"), new($"{_own}-leaf", "Leaf")],
        });
        await Put(Document(_own) with { Categories = [new($"{_own}-other", "Other")] });

        Assert.Equal([below.Sku], (await Find(new SearchQuery { Text = _own, Category = $"{_own}-middle" })).Skus);
    }

    [Fact]
    public async Task Several_brands_are_any_of_them()
    {
        var one = await Put(Document(_own) with { Brand = $"One {_own}", Popularity = 3 });
        var two = await Put(Document(_own) with { Brand = $"Two {_own}", Popularity = 2 });
        await Put(Document(_own) with { Brand = $"Three {_own}", Popularity = 1 });

        var hits = await Find(new SearchQuery
        {
            Text = _own, Brands = [$"One {_own}", $"Two {_own}"], Sort = SearchSort.Popularity,
        });

        Assert.Equal([one.Sku, two.Sku], hits.Skus);
    }

    [Fact]
    public async Task A_price_range_includes_its_ends()
    {
        var documents = await PutPriced(999, 1_000, 1_500, 2_000, 2_001);

        var hits = await Find(new SearchQuery
        {
            Text = _own, MinPrice = 1_000, MaxPrice = 2_000, Sort = SearchSort.Price,
        });

        Assert.Equal([documents[1], documents[2], documents[3]], hits.Skus);
    }

    [Fact]
    public async Task The_stock_filter_leaves_out_what_is_gone_and_nothing_else()
    {
        var low = await Put(Document(_own) with { Availability = Availability.LowStock, Popularity = 2 });
        var gone = await Put(Document(_own) with { Availability = Availability.OutOfStock, Popularity = 1 });

        Assert.Equal([low.Sku], (await Find(new SearchQuery { Text = _own, InStock = true })).Skus);
        Assert.Equal([low.Sku, gone.Sku], (await Find(new SearchQuery { Text = _own })).Skus);
    }

    [Fact]
    public async Task Facets_count_by_brand_category_and_price()
    {
        await PutForFacets();

        var hits = await Find(new SearchQuery { Text = _own });

        Assert.Equal(3, hits.Total);
        Assert.Equal([($"A {_own}", 2L), ($"B {_own}", 1L)], hits.Facets.Brand.Select(brand => (brand.Value, brand.Count)));
        Assert.Equal(
            [($"{_own}-left", 2L), ($"{_own}-right", 1L), ($"{_own}-root", 3L)],
            hits.Facets.Category.OrderBy(node => node.Id, StringComparer.Ordinal).Select(node => (node.Id, node.Count)));
        Assert.Equal("Root", hits.Facets.Category.Single(node => node.Id == $"{_own}-root").Name);
        Assert.Equal([(0L, 1L), (10_000L, 2L)], hits.Facets.Price.Select(range => (range.Min, range.Count)));
    }

    [Fact]
    public async Task Each_facet_ignores_its_own_filter_and_heeds_the_others()
    {
        await PutForFacets();

        var byBrand = await Find(new SearchQuery { Text = _own, Brands = [$"B {_own}"] });
        var byCategory = await Find(new SearchQuery { Text = _own, Category = $"{_own}-right" });
        var byPrice = await Find(new SearchQuery { Text = _own, MaxPrice = 5_000 });

        Assert.Equal((1, 2, 2), (byBrand.Total, byBrand.Facets.Brand.Count, byBrand.Facets.Category.Count));
        Assert.Equal((1, 3, 1), (byCategory.Total, byCategory.Facets.Category.Count, byCategory.Facets.Brand.Count));
        Assert.Equal((1, 2, 1), (byPrice.Total, byPrice.Facets.Price.Count, byPrice.Facets.Brand.Count));
    }

    [Fact]
    public async Task Hits_are_sorted_as_asked()
    {
        var began = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var a = await Put(Document(_own) with { Price = 300, Popularity = 1, Rating = 2, CreatedAt = began.AddDays(2) });
        var b = await Put(Document(_own) with { Price = 100, Popularity = 3, Rating = 1, CreatedAt = began.AddDays(1) });
        var c = await Put(Document(_own) with { Price = 200, Popularity = 2, Rating = 3, CreatedAt = began.AddDays(3) });

        async Task IsOrdered(SearchSort sort, params SearchDocument[] documents) => Assert.Equal(
            documents.Select(document => document.Sku), (await Find(new SearchQuery { Text = _own, Sort = sort })).Skus);
        await IsOrdered(SearchSort.Price, b, c, a);
        await IsOrdered(SearchSort.PriceDescending, a, c, b);
        await IsOrdered(SearchSort.Popularity, b, c, a);
        await IsOrdered(SearchSort.Newest, c, a, b);
        await IsOrdered(SearchSort.Rating, c, a, b);
        await IsOrdered(SearchSort.Relevance, b, c, a);
    }

    [Theory]
    [InlineData(SearchSort.Relevance)]
    [InlineData(SearchSort.Price)]
    [InlineData(SearchSort.Rating)]
    public async Task Pages_show_each_hit_once(int sort)
    {
        var expected = await PutPriced(5, 5, 5, 7, 7, 9, 11);

        var seen = new List<string>();
        var query = new SearchQuery { Text = _own, Sort = (SearchSort)sort, Limit = 3 };
        for (var page = 0; page < 4; page++)
        {
            var hits = await Find(query);
            seen.AddRange(hits.Skus);
            if (hits.Next is null) break;
            query = query with { Cursor = hits.Next };
        }

        Assert.Equal(expected.Order(), seen.Order());
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("!!!")]
    public async Task A_bad_cursor_is_none(string cursor) =>
        Assert.Null(await Engine.Search(new SearchQuery { Text = _own, Cursor = cursor }, Cancellation));

    [Fact]
    public async Task A_cursor_of_another_query_is_none()
    {
        await PutPriced(1, 2, 3);
        var hits = await Find(new SearchQuery { Text = _own, Limit = 1 });

        Assert.Null(await Engine.Search(
            new SearchQuery { Text = _own, Limit = 1, Sort = SearchSort.Price, Cursor = hits.Next }, Cancellation));
    }

    [Fact]
    public async Task Without_words_the_filters_alone_find_and_the_most_popular_comes_first()
    {
        var lower = await Put(Document("Anything") with { Brand = _own, Popularity = 5 });
        var upper = await Put(Document("Something") with { Brand = _own, Popularity = 50 });

        Assert.Equal([upper.Sku, lower.Sku], (await Find(new SearchQuery { Brands = [_own] })).Skus);
    }

    [Fact]
    public async Task A_changed_document_is_found_as_it_is_now()
    {
        var document = await Put(Document($"{_own}before"));
        await Put(document with { Title = $"{_own}afterwards", Price = 77, Version = 2 });

        Assert.Empty(await Skus($"{_own}before"));
        Assert.Equal([document.Sku], (await Find(new SearchQuery { Text = $"{_own}afterwards", MaxPrice = 80 })).Skus);
    }

    [Fact]
    public async Task An_older_version_does_not_come_over_a_newer_one()
    {
        var document = await Put(Document(_own) with { Version = 3, Price = 300 });
        await Put(document with { Version = 2, Price = 200 });

        Assert.Equal([document.Sku], (await Find(new SearchQuery { Text = _own, MinPrice = 300 })).Skus);
    }

    [Fact]
    public async Task A_removed_document_is_not_found()
    {
        var document = await Put(Document(_own));
        await Index.Remove([document.Sku, "NEVER-THERE"], Cancellation);

        Assert.Empty(await Skus(_own));
    }

    [Fact]
    public async Task The_index_lists_what_it_holds_in_the_order_of_skus()
    {
        var skus = await PutPriced(1, 2, 3);

        var listed = await Index.List(skus[0], 2, Cancellation);

        Assert.Equal([skus[1], skus[2]], listed.Select(entry => entry.Sku));
    }

    [Fact]
    public async Task A_shadow_is_not_seen_until_it_is_swapped_and_then_alone()
    {
        var old = await Put(Document($"{_own} old"));
        await Index.BeginShadow(Cancellation);
        var filled = Document($"{_own} filled");
        await Index.FillShadow([filled], Cancellation);
        Assert.Equal([old.Sku], await Skus(_own));

        var meanwhile = await Put(Document($"{_own} meanwhile"));
        Assert.Equal(new[] { old.Sku, meanwhile.Sku }.Order(), (await Skus(_own)).Order());

        await Index.FinishShadow(Cancellation);
        await Index.SwapShadow(Cancellation);
        Assert.Equal(new[] { filled.Sku, meanwhile.Sku }.Order(), (await Skus(_own)).Order());
    }

    [Fact]
    public async Task A_shadow_that_is_dropped_leaves_no_trace()
    {
        var old = await Put(Document($"{_own} old"));
        await Index.BeginShadow(Cancellation);
        await Index.FillShadow([Document($"{_own} filled")], Cancellation);
        await Index.DropShadow(Cancellation);
        await Index.DropShadow(Cancellation);

        Assert.Equal([old.Sku], await Skus(_own));
    }

    private async Task PutForFacets()
    {
        SearchCategory root = new($"{_own}-root", "Root"), left = new($"{_own}-left", "Left"), right = new($"{_own}-right", "Right");
        await Put(Document(_own) with { Brand = $"A {_own}", Categories = [root, left], Price = 10_000 });
        await Put(Document(_own) with { Brand = $"A {_own}", Categories = [root, right], Price = 12_000 });
        await Put(Document(_own) with { Brand = $"B {_own}", Categories = [root, left], Price = 100 });
    }

    private async Task<List<string>> PutPriced(params long[] prices)
    {
        var skus = new List<string>();
        foreach (var price in prices) skus.Add((await Put(Document(_own) with { Price = price })).Sku);
        return skus;
    }

    private async Task<SearchDocument> Put(SearchDocument document)
    {
        await Index.Put([document], Cancellation);
        return document;
    }

    private protected async Task<SearchHits> Find(SearchQuery query) =>
        await Engine.Search(query, Cancellation) ?? throw new InvalidOperationException("The cursor was not taken.");

    private async Task<IReadOnlyList<string>> Skus(string text) => (await Find(new SearchQuery { Text = text })).Skus;

    /// <summary>Far from every other, so that none is taken for a slip of another.</summary>
    private static string OwnWord()
    {
        var number = StableHash.Mix((ulong)Interlocked.Increment(ref _count));
        return $"zq{string.Concat(Enumerable.Range(0, 10).Select(place => (char)('a' + (number >> (5 * place)) % 26)))}";
    }

    private protected SearchDocument Document(string title) => new()
    {
        Sku = $"{_own.ToUpperInvariant()}-{++_documents:D3}",
        Title = title,
        Brand = null,
        Categories = [new("behaviour", "Behaviour")],
        Attributes = new Dictionary<string, string>(),
        Description = "",
        Price = 1_999,
        Currency = "USD",
        Rating = 0,
        RatingCount = 0,
        Availability = Availability.InStock,
        Popularity = 100,
        CreatedAt = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero),
        UpdatedAt = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero),
        Version = 1,
    };
}

/// <summary>The PostgreSQL engine.</summary>
public sealed class PostgresSearchBehaviour(SearchDatabase database) : SearchBehaviour, IClassFixture<SearchDatabase>
{
    private const int MostStatements = 9;

    private protected override ISearchIndex Index => database.Index;

    private protected override ISearchEngine Engine => database.Engine;

    [Fact]
    public async Task However_many_words_are_unknown_they_are_looked_for_in_a_few_statements() => Assert.InRange(
        await Statements(new SearchQuery { Text = "qaxvort wubblen zimfrok plengtor varnikel tosquemb hildrapt yonkvist" }),
        1, MostStatements);

    [Theory]
    [InlineData(10_000, null, 400)] // as most of the best known are priced
    [InlineData(null, 5_000, 300)] // as few of them are
    [InlineData(50, 90_000, SearchStatement.MostHits)] // as all are
    public async Task Of_many_hits_a_price_keeps_all_that_have_it(int? min, int? max, int total)
    {
        await PutMany();

        var hits = await Find(new SearchQuery { Text = Own, MinPrice = min, MaxPrice = max });

        Assert.Equal((total, total < SearchStatement.MostHits), (hits.Total, hits.IsTotalExact));
        // The facet of prices ignores the filter: it counts the best known.
        Assert.Equal([(0L, 100L), (10_000L, 400L)], hits.Facets.Price.Select(range => (range.Min, range.Count)));
        Assert.Equal(total, hits.Facets.Brand.Sum(brand => brand.Count));
    }

    [Fact]
    public async Task Of_many_hits_several_filters_are_heeded_together_and_each_facet_ignores_its_own()
    {
        await PutMany();

        var hits = await Find(new SearchQuery
        {
            Text = Own, Brands = [$"Even {Own}"], MinPrice = 10_000, Category = "behaviour",
        });

        Assert.Equal(200, hits.Total);
        Assert.Equal([200L, 200L], hits.Facets.Brand.Select(brand => brand.Count));
        Assert.Equal([150L, 200L], hits.Facets.Price.Select(range => range.Count));
        Assert.Equal(200, hits.Facets.Category.Single(node => node.Id == "behaviour").Count);
    }

    [Fact]
    public async Task A_filter_that_keeps_out_none_of_the_best_known_costs_no_second_walk()
    {
        await PutMany();

        var plain = await FewestStatements(new SearchQuery { Text = Own });

        Assert.Equal(plain, await FewestStatements(new SearchQuery { Text = Own, Category = "behaviour", MinPrice = 50 }));
        Assert.Equal(plain + 1, await FewestStatements(new SearchQuery { Text = Own, Brands = [$"Even {Own}"] }));
    }

    /// <summary>700, of two brands in turn; the 300 least known of them are cheap.</summary>
    private async Task PutMany()
    {
        var documents = Enumerable.Range(0, 700).Select(number => Document(Own) with
        {
            Popularity = 1_000 + number,
            Price = number < 300 ? 1_000 : 20_000,
            Brand = number % 2 == 0 ? $"Even {Own}" : $"Odd {Own}",
        });
        foreach (var batch in documents.Chunk(IndexLimits.Batch)) await Index.Put(batch, Cancellation);
    }

    /// <summary>Of a few times: what is remembered, such as words and synonyms, is read anew now and then.</summary>
    private async Task<int> FewestStatements(SearchQuery query)
    {
        var fewest = int.MaxValue;
        for (var i = 0; i < 3; i++) fewest = Math.Min(fewest, await Statements(query));
        return fewest;
    }

    private async Task<int> Statements(SearchQuery query)
    {
        using var own = new Activity("search").Start();
        var statements = 0;
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.TraceId == own.TraceId) Interlocked.Increment(ref statements);
            },
        };
        ActivitySource.AddActivityListener(listener);
        await Find(query);
        return statements;
    }
}
