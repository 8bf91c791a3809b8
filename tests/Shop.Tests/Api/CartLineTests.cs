using Shop.Api.Cart;
using Shop.Contracts;
using Xunit;

namespace Shop.Tests.Api;

public sealed class CartLineTests
{
    [Fact]
    public void A_line_is_read_as_it_was_written() => Assert.Equal(
        new CartLine("A", 12, new Money(4999, "USD"), 1_767_225_600_123),
        CartLine.Parse("A", "12" + CartLine.Tail(new Money(4999, "USD"), 1_767_225_600_123)));

    [Theory]
    [InlineData("")]
    [InlineData("1|2|USD")]
    [InlineData("1|2|USD|3|4")]
    [InlineData("1.5|2|USD|3")]
    [InlineData("-1|2|USD|3")]
    public void What_someone_else_wrote_is_not_guessed_at(string stored) =>
        Assert.Throws<FormatException>(() => CartLine.Parse("A", stored));
}
