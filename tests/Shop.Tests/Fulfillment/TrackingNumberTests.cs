using Shop.Contracts.Fulfillment;
using Xunit;

namespace Shop.Tests.Fulfillment;

/// <summary>Examples are the standards' own, or are published with them.</summary>
public sealed class TrackingNumberTests
{
    [Theory]
    [InlineData("RA473124829GB")] // UPU S10, worked through: 47312482 has the check digit 9
    [InlineData("RB123456785GB")]
    [InlineData("106141412345678908")] // GS1, SSCC
    public void A_number_of_a_standard_is_valid(string text) => Assert.True(TrackingNumbers.IsValid(text));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("RA473124828GB")]
    [InlineData("ra473124829gb")]
    [InlineData("RA473124829G1")]
    [InlineData("R4473124829GB")]
    [InlineData("106141412345678907")]
    [InlineData("10614141234567890")]
    [InlineData("10614141234567890٨")]
    [InlineData("1Z999AA10123456784")]
    public void Anything_else_is_not(string? text) => Assert.False(TrackingNumbers.IsValid(text));

    [Fact]
    public void An_S10_number_is_made_with_its_check_digit() =>
        Assert.Equal("RA473124829GB", TrackingNumbers.S10("RA", 47_312_482, "GB"));

    [Fact]
    public void An_SSCC_is_made_with_its_check_digit() =>
        Assert.Equal("006141411234567890", TrackingNumbers.Sscc("0614141", 123_456_789));

    [Theory]
    [InlineData("123456")]
    [InlineData("12345678901")]
    [InlineData("061414X")]
    public void An_SSCC_needs_a_company(string prefix) =>
        Assert.Throws<ArgumentException>(() => TrackingNumbers.Sscc(prefix, 1));

    [Fact]
    public void Every_number_that_is_made_is_valid_and_none_with_one_digit_changed()
    {
        var random = new Random(17);
        for (var i = 0; i < 2_000; i++)
        {
            string[] made =
            [
                TrackingNumbers.Sscc("9521234", random.NextInt64(1_000_000_000)),
                TrackingNumbers.S10("RX", random.Next(100_000_000), "DE"),
            ];
            foreach (var number in made)
            {
                Assert.True(TrackingNumbers.IsValid(number), number);
                var at = number.Length == 18 ? random.Next(18) : 2 + random.Next(9);
                var digit = (char)('0' + ((number[at] - '0' + 1 + random.Next(9)) % 10));
                var changed = number[..at] + digit + number[(at + 1)..];
                // Modulo 11 maps two remainders to one digit each with another: 10 to 0, and 11 to 5.
                if (number.Length == 18) Assert.False(TrackingNumbers.IsValid(changed), changed);
            }
        }
    }
}
