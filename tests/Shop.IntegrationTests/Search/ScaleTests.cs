using System.Diagnostics;
using System.Globalization;
using Shop.Api.Search;
using Shop.Contracts.Inventory;
using Shop.Workers.Import;
using Shop.Workers.Search;
using Xunit;

namespace Shop.IntegrationTests.Search;

/// <summary>
/// How searches hold up in a large index. Asked for by <c>SHOP_SEARCH_SCALE</c>, a number of documents, since it takes its
/// time; it prints what it measured, and holds the engine to its bound on work rather than to a time.
/// </summary>
public sealed class ScaleTests(SearchDatabase database) : IClassFixture<SearchDatabase>
{
    private const int Rounds = 40;

    private static readonly string[] Brands = [.. Enumerable.Range(0, 400).Select(i => $"Maker{Letters(i)}")];
    private static readonly string[] Kinds = ["case", "charger", "cable", "phone", "headset", "lens", "mount", "battery", "strap", "speaker"];
    private static readonly string[] Words = [.. Enumerable.Range(0, 4_000).Select(i => Letters(i * 7 + 11))];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_search_ranks_a_bounded_number_of_hits_however_large_the_index_is()
    {
        var size = int.TryParse(Environment.GetEnvironmentVariable("SHOP_SEARCH_SCALE"), out var asked) ? asked : 0;
        Assert.SkipWhen(size == 0, "SHOP_SEARCH_SCALE does not say how many documents to measure with.");
        await Fill(size);
        Print("indexes", await database.Read<string>(
            """
            select string_agg(format('%s %s MB', relname, pg_relation_size(oid) / 1048576), ', ' order by relname)
            from pg_class where relnamespace = 'search'::regnamespace and relkind in ('r', 'i') and relname ~ '_[ab]|word'
            """));

        foreach (var (name, query) in Queries())
        {
            var hits = await Measure(name, query);
            Assert.InRange(hits.Total, 1, SearchStatement.MostHits);
        }
    }

    private async Task Fill(int size)
    {
        var began = Stopwatch.GetTimestamp();
        await database.Index.BeginShadow(Cancellation);
        await PutInTiers(size);
        foreach (var batch in Enumerable.Range(0, size).Chunk(IndexLimits.Batch))
            await database.Index.FillShadow([.. batch.Select(Document)], Cancellation);
        Print("filled", $"{size} in {Stopwatch.GetElapsedTime(began).TotalSeconds:F0} s");
        began = Stopwatch.GetTimestamp();
        await database.Index.FinishShadow(Cancellation);
        await database.Index.SwapShadow(Cancellation);
        Print("finished", $"in {Stopwatch.GetElapsedTime(began).TotalSeconds:F0} s");
    }

    /// <summary>As for a catalogue that has these products.</summary>
    private async Task PutInTiers(int size)
    {
        var popularities = Enumerable.Range(0, size).CountBy(number => Document(number).Popularity)
            .OrderByDescending(count => count.Key).Select(count => (count.Key, (long)count.Value));
        var (tiers, _) = await Tiers.Draw(popularities.ToAsyncEnumerable(), Cancellation);
        await using var connection = await database.Source.OpenConnectionAsync(Cancellation);
        await tiers.Write(connection, Cancellation);
    }

    private static IEnumerable<(string Name, SearchQuery Query)> Queries()
    {
        yield return ("a word of one in ten", new SearchQuery { Text = "case" });
        yield return ("two common words", new SearchQuery { Text = "charger black" });
        yield return ("brand and kind", new SearchQuery { Text = $"{Brands[17]} speaker" });
        yield return ("a rare word", new SearchQuery { Text = Words[1234] });
        yield return ("three words, few hits", new SearchQuery { Text = $"{Words[3]} {Words[4]} case" });
        yield return ("misspelt", new SearchQuery { Text = "hedaset black" });
        yield return ("part of a model number", new SearchQuery { Text = "QX00077" });
        yield return ("no words", new SearchQuery { InStock = true });
        yield return ("all filters", new SearchQuery
        {
            Text = "case", Brands = [Brands[3]], Category = "kind-0", MinPrice = 2_000, MaxPrice = 9_000, InStock = true,
        });
        yield return ("a narrow price", new SearchQuery { Text = "case", MinPrice = 5_000, MaxPrice = 5_010 });
        yield return ("none has all words", new SearchQuery { Text = $"{Brands[1]} {Brands[2]} {Brands[3]}" });
    }

    private async Task<SearchHits> Measure(string name, SearchQuery query)
    {
        SearchHits hits = null!;
        var times = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            var began = Stopwatch.GetTimestamp();
            hits = (await database.Engine.Search(query, Cancellation))!;
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        var first = times[0];
        times.Sort();
        Print(name, $"{hits.Total} hits, first {first:F1} ms, median {times[Rounds / 2]:F1} ms, longest {times[^1]:F1} ms");
        return hits;
    }

    private static void Print(string what, string figures) =>
        TestContext.Current.TestOutputHelper?.WriteLine($"{what}: {figures}");

    private static string Letters(int number)
    {
        var mixed = StableHash.Mix((ulong)number);
        return string.Concat(Enumerable.Range(0, 6 + number % 3).Select(place => (char)('a' + (mixed >> (5 * place)) % 26)));
    }

    /// <summary>Word number n is about as common as 1/n, as words are.</summary>
    private static SearchDocument Document(int number)
    {
        var state = (ulong)number * 977;
        int Draw(int limit) => (int)((state = StableHash.Mix(state)) % (ulong)limit);
        string WordOf() => Words[(int)Math.Min(Words.Length - 1, Math.Exp(Draw(10_000) / 10_000.0 * Math.Log(Words.Length)))];
        var kind = Draw(Kinds.Length);
        var brand = Brands[Draw(Brands.Length)];
        return new SearchDocument
        {
            Sku = $"SCALE-{number:D7}",
            Title = $"{brand} - {WordOf()} {WordOf()} {Kinds[kind]} QX{number:D7} - {(Draw(3) == 0 ? "Black" : "White")}",
            Brand = brand,
            Categories = [new("kinds", "All kinds"), new($"kind-{kind}", $"{Kinds[kind]}s"), new($"kind-{kind}-{Draw(9)}", "Special")],
            Attributes = new Dictionary<string, string> { ["colour"] = WordOf(), ["size"] = Draw(50).ToString(CultureInfo.InvariantCulture) },
            Description = string.Join(' ', Enumerable.Range(0, 40).Select(_ => WordOf())),
            Price = 500 + Draw(20_000),
            Currency = "USD",
            Rating = Draw(50) / 10.0,
            RatingCount = Draw(100),
            Availability = Draw(10) == 0 ? Availability.OutOfStock : Availability.InStock,
            Popularity = Draw(20_000),
            CreatedAt = DateTimeOffset.UnixEpoch.AddMinutes(number),
            UpdatedAt = DateTimeOffset.UnixEpoch,
            Version = 1,
        };
    }
}
