using System.Security.Claims;
using Shop.Api.Reviews;
using Xunit;

namespace Shop.Tests.Api;

public sealed class ReviewRulesTests
{
    private static readonly ReviewRequest Good =
        new() { Rating = 5, Title = "Zoë likes it 😀", Body = "One line.\nAnother." };

    [Fact]
    public void What_is_good_passes() => Assert.Empty(ReviewRules.Check(Good));

    [Fact]
    public void Everything_that_is_missing_is_said_at_once() => Assert.Equal(
        ["body", "rating", "title"], ReviewRules.Check(new ReviewRequest()).Keys.Order(StringComparer.Ordinal));

    [Theory]
    [InlineData(0)]
    [InlineData(6)]
    [InlineData(-1)]
    public void A_rating_is_1_to_5(int rating) =>
        Assert.Equal(["rating"], ReviewRules.Check(Good with { Rating = rating }).Keys);

    [Theory]
    [InlineData(120, 0)]
    [InlineData(121, 1)]
    public void A_title_has_at_most_120_characters(int length, int errors) =>
        Assert.Equal(errors, ReviewRules.Check(Good with { Title = new string('x', length) }).Count);

    [Theory]
    [InlineData(5_000, 0)]
    [InlineData(5_001, 1)]
    public void A_body_has_at_most_5000_characters(int length, int errors) =>
        Assert.Equal(errors, ReviewRules.Check(Good with { Body = new string('x', length) }).Count);

    [Theory]
    [InlineData("   ")]
    [InlineData("a\0b")]
    public void What_is_blank_or_cannot_be_stored_is_refused(string text)
    {
        Assert.Equal(["title"], ReviewRules.Check(Good with { Title = text }).Keys);
        Assert.Equal(["body"], ReviewRules.Check(Good with { Body = text }).Keys);
    }

    [Fact]
    public void Half_of_a_pair_of_surrogates_is_refused() =>
        Assert.Equal(["title"], ReviewRules.Check(Good with { Title = $"half {(char)0xD83D} of a pair" }).Keys);

    [Fact]
    public void A_title_is_one_line() => Assert.Equal(["title"], ReviewRules.Check(Good with { Title = "a\nb" }).Keys);

    [Theory]
    [InlineData("Ada L.", "Ada L.")]
    [InlineData("  Ada  ", "Ada")]
    [InlineData("ada@example.org", "Customer")]
    [InlineData("", "Customer")]
    [InlineData(null, "Customer")]
    public void The_author_is_named_by_the_token_but_never_by_an_e_mail_address(string? name, string author)
    {
        Claim[] claims = [new("email", "ada@example.org"), .. name is null ? [] : new Claim[] { new("name", name) }];

        Assert.Equal(author, ReviewRules.AuthorOf(new ClaimsPrincipal(new ClaimsIdentity(claims, "test"))));
    }
}
