using CsCheck;
using Shop.Words;
using Xunit;

namespace Shop.Tests.Search;

public sealed class WordTests
{
    [Theory]
    [InlineData("Samsung - 55\" Class LED", "samsung 55+inch class led")]
    [InlineData("Wi-Fi router", "wi+fi router")]
    [InlineData("AT&T GoPhone", "at+t gophone")]
    [InlineData("iPhone® 6s 32GB (Unlocked)", "iphone 6s 32+gb unlocked")]
    [InlineData("LifeProof frē NÜÜD", "lifeproof fre nuud")]
    [InlineData("Women's 5.5-inch 802.11ac", "womens 5.5+inch 802.11ac")]
    [InlineData("- & ™ …", "")]
    public void A_text_becomes_words_of_parts(string text, string expected) => Assert.Equal(
        expected, string.Join(' ', Word.Of(text, 100).Select(word => string.Join('+', word.Parts))));

    [Theory]
    [InlineData("wi-fi", "wi fi wifi")]
    [InlineData("UN55KU6300", "un55ku6300 ku6300")]
    [InlineData("32GB", "32 gb 32gb")]
    [InlineData("laptop", "laptop")]
    public void The_index_also_has_words_without_their_gap_and_models_without_their_head(string text, string expected) =>
        Assert.Equal(expected, string.Join(' ', Word.ToIndex(text, 100)));

    [Fact]
    public void A_text_gives_no_more_words_than_asked_for() =>
        Assert.Equal(["a", "b"], Word.Of("a b c", 2).Select(word => word.Joined));

    [Fact]
    public void Every_part_has_nothing_but_letters_digits_and_points() => Gen.String.Sample(text =>
        Word.Of(text, 1_000).All(word => word.Parts.All(part =>
            part.Length is > 0 and <= 42 && part.All(letter => letter == '.' || char.IsLetterOrDigit(letter)))));

    [Theory]
    [InlineData("samsung", "samsung", 0)]
    [InlineData("samsng", "samsung", 1)]
    [InlineData("smasung", "samsung", 1)]
    [InlineData("sumsang", "samsung", 2)]
    [InlineData("headfones", "headphones", 2)]
    [InlineData("case", "phone", 3)]
    public void Slips_are_counted_up_to_what_is_forgiven(string one, string other, int slips) =>
        Assert.Equal(slips, EditDistance.Between(one, other, 2));

    [Fact]
    public void Slips_are_the_same_from_either_side() =>
        Gen.Select(Gen.String[Gen.Char["abc"], 0, 8], Gen.String[Gen.Char["abc"], 0, 8]).Sample((one, other) =>
            EditDistance.Between(one, other, 8) == EditDistance.Between(other, one, 8)
            && EditDistance.Between(one, other, 8) == 0 == (one == other));

    [Fact]
    public void The_marks_of_a_price_range_hold_every_price_in_it() =>
        Gen.Select(Gen.Long[0, 100_000_000_000], Gen.Long[0, 100_000_000_000], Gen.Long[0, 100_000_000_000])
            .Sample((a, b, c) =>
            {
                long[] sorted = [.. new[] { a, b, c }.Order()];
                return Marks.Prices(sorted[0], sorted[2]).Intersect(Marks.Price(sorted[1])).Any();
            });
}
