using System.Text.Json;
using Shop.Api.Checkout;
using Shop.Api.Http;
using Shop.Api.Requests;
using Xunit;

namespace Shop.Tests.Api;

public sealed class FingerprintTests
{
    private const string Payload = """
        {"email":"a@example.org","shippingAddress":{"name":"A","line1":"1 Road","city":"C","postalCode":"1","country":"US"},
        "shippingMethod":"STANDARD","paymentMethod":"pm_card_visa","expectedTotal":{"amount":1,"currency":"USD"}}
        """;

    [Theory]
    [InlineData("\"email\":", " \"email\" : \n")]
    [InlineData("\"amount\":1,\"currency\":\"USD\"", "\"currency\":\"USD\",\"amount\":1")]
    [InlineData("\"line1\":\"1 Road\",", "\"line1\":\"1 Road\",\"line2\":null,\"region\":null,")]
    [InlineData("a@example.org", "\\u0061@example.org")]
    public void What_means_the_same_has_the_same(string written, string otherwise) =>
        Assert.Equal(Of(Payload), Of(Payload.Replace(written, otherwise, StringComparison.Ordinal)));

    [Theory]
    [InlineData("a@example.org", "b@example.org")]
    [InlineData("STANDARD", "EXPRESS")]
    [InlineData("\"amount\":1", "\"amount\":2")]
    [InlineData(",\"expectedTotal\":{\"amount\":1,\"currency\":\"USD\"}", "")]
    [InlineData("\"line1\":\"1 Road\",", "\"line1\":\"1 Road\",\"line2\":\"\",")]
    public void What_means_another_thing_has_another(string written, string otherwise) =>
        Assert.NotEqual(Of(Payload), Of(Payload.Replace("\n", "", StringComparison.Ordinal)
            .Replace(written, otherwise, StringComparison.Ordinal)));

    [Fact]
    public void Another_address_has_another() =>
        Assert.NotEqual(Of(Payload), Fingerprint.Of("POST", "/checkout/again", Read(Payload)));

    /// <summary>Fingerprints are stored, and compared by later versions.</summary>
    [Fact]
    public void It_never_changes() => Assert.Equal(
        "D0E6", Convert.ToHexString(Of(Payload))[..4]);

    private static byte[] Of(string payload) => Fingerprint.Of("POST", "/checkout", Read(payload));

    private static CheckoutRequest Read(string payload) =>
        JsonSerializer.Deserialize(payload, ShopJson.Wire.CheckoutRequest)!;
}
