using Shop.Api.Checkout;
using Xunit;

namespace Shop.Tests.Api;

public sealed class CardNumberTests
{
    [Theory]
    [InlineData("4242424242424242")]
    [InlineData("378282246310005")]
    [InlineData("30569309025904")]
    [InlineData("4222222222222")]
    [InlineData("6304000000000000000")]
    [InlineData("card_4242424242424242")]
    [InlineData("card_4242_4242_4242_4242")]
    [InlineData("4242 4242 4242 4242")]
    [InlineData("4242-4242-4242-4242")]
    [InlineData("pm_9994242424242424242000")]
    public void A_cards_number_is_known(string text) => Assert.True(CardNumber.IsIn(text));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("pm_card_visa")]
    [InlineData("pm_1MqLiJLkdIwHu7ixUEgbFdYn")]
    [InlineData("tok_424242424242")]
    [InlineData("tok_1111111111111")]
    [InlineData("42424242x42424242")]
    public void A_token_is_none(string? text) => Assert.False(CardNumber.IsIn(text));

    [Fact]
    public void A_checkout_with_one_for_a_token_is_refused_without_repeating_it()
    {
        var errors = CheckoutRules.Check(new CheckoutRequest { PaymentMethod = "card_4242424242424242" });

        Assert.DoesNotContain("4242", Assert.Single(errors["paymentMethod"]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkout_that_is_printed_tells_neither_person_nor_card()
    {
        var request = new CheckoutRequest { Email = "a@example.org", PaymentMethod = "pm_card_visa" };

        Assert.Equal("CheckoutRequest", $"{request}");
    }
}
