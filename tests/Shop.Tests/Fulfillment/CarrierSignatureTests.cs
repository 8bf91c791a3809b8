using Shop.Api.Parcels;
using Xunit;

namespace Shop.Tests.Fulfillment;

public sealed class CarrierSignatureTests
{
    private const string Secret = "a carrier's secret";

    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
    private static readonly byte[] Body = """{"id":"1"}"""u8.ToArray();

    [Theory]
    [InlineData(0)]
    [InlineData(-300)]
    [InlineData(300)]
    public void A_signature_holds_for_five_minutes(int age) =>
        Assert.True(IsSigned(CarrierWebhook.Sign(Secret, Now.ToUnixTimeSeconds() - age, Body)));

    [Theory]
    [InlineData(301)]
    [InlineData(-301)]
    public void And_no_longer(int age) =>
        Assert.False(IsSigned(CarrierWebhook.Sign(Secret, Now.ToUnixTimeSeconds() - age, Body)));

    // RFC 2104 with SHA-256, worked out by another program: openssl dgst -sha256 -hmac "a carrier's secret".
    [Fact]
    public void It_is_what_any_other_program_makes_of_it() => Assert.Equal(
        "t=1800000000,v1=90a37f0a23e01ab79804ae79221d3f2647f6d72d340d68e2d0c2ec9dae447196",
        CarrierWebhook.Sign(Secret, 1_800_000_000, Body));

    [Fact]
    public void Of_another_secret_it_does_not_hold() =>
        Assert.False(IsSigned(CarrierWebhook.Sign("another", Now.ToUnixTimeSeconds(), Body)));

    [Fact]
    public void Of_another_body_it_does_not_hold() =>
        Assert.False(IsSigned(CarrierWebhook.Sign(Secret, Now.ToUnixTimeSeconds(), """{"id":"2"}"""u8)));

    [Fact]
    public void With_another_time_it_does_not_hold() => Assert.False(IsSigned(
        CarrierWebhook.Sign(Secret, Now.ToUnixTimeSeconds(), Body).Replace("t=1800000000", "t=1800000001", StringComparison.Ordinal)));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("t=1800000000")]
    [InlineData("t=1800000000,v1=")]
    [InlineData("t=1800000000,v1=zz")]
    [InlineData("t=-1,v1=00")]
    [InlineData("t=99999999999999999999,v1=00")]
    [InlineData("t=9223372036854775807,v1=0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("v1=00,t=1800000000")]
    public void Nonsense_does_not_hold(string? header) => Assert.False(IsSigned(header));

    private static bool IsSigned(string? header) => CarrierWebhook.IsSigned(Secret, header, Body, Now);
}
