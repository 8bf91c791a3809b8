using Shop.Api.Checkout;
using Xunit;

namespace Shop.Tests.Api;

public sealed class CheckoutRulesTests
{
    private static readonly CheckoutRequest Good = new()
    {
        Email = "a@example.org",
        ShippingAddress = new AddressRequest
        {
            Name = "Zoë 😀", Line1 = "1 Road", City = "Town", PostalCode = "12345", Country = "US",
        },
        ShippingMethod = "EXPRESS",
        PaymentMethod = "pm_card_visa",
    };

    [Fact]
    public void What_is_good_passes() => Assert.Empty(CheckoutRules.Check(Good));

    [Fact]
    public void Everything_that_is_missing_is_said_at_once() => Assert.Equal(
        ["email", "paymentMethod", "shippingAddress", "shippingMethod"],
        CheckoutRules.Check(new CheckoutRequest()).Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void Everything_that_is_missing_of_an_address_is_said_at_once() => Assert.Equal(
        ["city", "country", "line1", "name", "postalCode"],
        CheckoutRules.Check(Good with { ShippingAddress = new AddressRequest() }).Keys
            .Select(field => field.Replace("shippingAddress.", "", StringComparison.Ordinal)).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("4242424242424242")]
    [InlineData("pm card")]
    public void A_card_number_is_no_payment_method(string method) =>
        Assert.Equal(["paymentMethod"], CheckoutRules.Check(Good with { PaymentMethod = method }).Keys);

    [Fact]
    public void Text_that_cannot_be_stored_is_refused() => Assert.All(
        ["\0", "a\nb", "\ud800", "\ud800x", "\udc00"],
        name => Assert.Equal(["shippingAddress.name"],
            CheckoutRules.Check(Good with { ShippingAddress = Good.ShippingAddress! with { Name = name } }).Keys));

    [Theory]
    [InlineData("usa")]
    [InlineData("us")]
    [InlineData("U1")]
    public void A_country_is_two_capital_letters(string country) => Assert.Equal(["shippingAddress.country"],
        CheckoutRules.Check(Good with { ShippingAddress = Good.ShippingAddress! with { Country = country } }).Keys);

    [Theory]
    [InlineData("a")]
    [InlineData("a@")]
    [InlineData("@b")]
    [InlineData("a@b@c")]
    [InlineData("a b@c")]
    public void An_email_has_two_sides(string email) =>
        Assert.Equal(["email"], CheckoutRules.Check(Good with { Email = email }).Keys);

    [Fact]
    public void An_expected_total_is_whole_and_not_negative() => Assert.Equal(
        ["expectedTotal.amount", "expectedTotal.currency"],
        CheckoutRules.Check(Good with { ExpectedTotal = new MoneyRequest { Amount = -1 } }).Keys);
}
