using System.Diagnostics;
using Shop.Api.Search;
using Xunit;

namespace Shop.Tests.Search;

public sealed class SuggestionListTests
{
    private static readonly SuggestionList List = new(
    [
        new("Samsung", null, 900), new("Smart TVs", null, 800),
        new("Samsung - Galaxy S7 32GB - Black", "S7", 90), new("Samsung - Galaxy J3", "J3", 80),
        new("Samsung - 55\" Smart LED TV", "TV55", 70), new("Case for Samsung Galaxy S7", "CASE", 60),
        new("Headphones", null, 50), new("Panasonic - Wired Headphones", "PH", 40),
    ]);

    [Theory]
    [InlineData("sams", "Samsung")]
    [InlineData("SAMS", "Samsung")]
    [InlineData("gal", "Samsung - Galaxy S7 32GB - Black")]
    [InlineData("galaxy j", "Samsung - Galaxy J3")]
    [InlineData("samsung tv", "Samsung - 55\" Smart LED TV")]
    [InlineData("tv samsung", "Samsung - 55\" Smart LED TV")]
    public void The_likeliest_for_what_was_typed_comes_first(string typed, string expected) =>
        Assert.Equal(expected, List.For(typed, 5)[0].Text);

    [Theory]
    [InlineData("samsnug", "Samsung")]
    [InlineData("smsu", "Samsung")]
    [InlineData("headfones", "Headphones")]
    [InlineData("headfone", "Headphones")]
    [InlineData("samsng galxy", "Samsung - Galaxy S7 32GB - Black")]
    public void Slips_are_forgiven_when_nothing_else_is_found(string typed, string expected) =>
        Assert.Equal(expected, List.For(typed, 5)[0].Text);

    [Fact]
    public void The_more_popular_comes_first_and_none_twice()
    {
        var texts = List.For("s", 10).Select(suggestion => suggestion.Text).ToList();

        Assert.Equal(["Samsung", "Smart TVs", "Samsung - Galaxy S7 32GB - Black"], texts.Take(3));
        Assert.Equal(texts.Distinct(), texts);
    }

    [Fact]
    public void A_product_has_its_sku_and_a_brand_has_none() =>
        Assert.Equal([null, "S7"], List.For("samsung", 2).Select(suggestion => suggestion.Sku));

    [Theory]
    [InlineData("")]
    [InlineData(" - ")]
    [InlineData("zzzzzz")]
    [InlineData("xq")]
    public void Nothing_is_suggested_for_nothing(string typed) => Assert.Empty(List.For(typed, 5));

    [Fact]
    public void No_more_come_than_were_asked_for() => Assert.Equal(2, List.For("s", 2).Count);

    [Fact]
    public void Fifty_thousand_titles_are_answered_in_less_than_5_ms_at_the_median()
    {
        string[] first = ["Amber", "Blue", "Clear", "Dusk", "Ever"], second = ["case", "charger", "cable", "phone", "lens", "mount"];
        var entries = Enumerable.Range(0, 50_000).Select(i => new SuggestionEntry(
            $"{first[i % 5]}{i % 997} {second[i % 6]} for model {i:X5} series {i % 31}", $"SKU-{i}", i)).ToList();
        var list = new SuggestionList(entries);
        var typed = entries.Where((_, i) => i % 2_003 == 0)
            .SelectMany(entry => Prefixes(entry.Text).Concat(Prefixes(Misspelt(entry.Text)))).ToList();

        var times = typed.ConvertAll(text =>
        {
            var began = Stopwatch.GetTimestamp();
            list.For(text, 8);
            return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        });

        times.Sort();
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{times.Count} beginnings, median {times[times.Count / 2]:F3} ms, p99 {times[times.Count * 99 / 100]:F3} ms");
        Assert.True(times[times.Count / 2] < 5);
    }

    private static IEnumerable<string> Prefixes(string text) =>
        Enumerable.Range(1, Math.Min(text.Length, 24)).Select(length => text[..length]);

    /// <summary>Two letters are swapped in its first word, and two in its second.</summary>
    private static string Misspelt(string text)
    {
        var second = text.IndexOf(' ', StringComparison.Ordinal) + 2;
        return text[..1] + text[2] + text[1] + text[3..second] + text[second + 1] + text[second] + text[(second + 2)..];
    }
}
