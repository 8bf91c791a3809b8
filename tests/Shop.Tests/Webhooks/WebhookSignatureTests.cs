using System.Security.Cryptography;
using System.Text.Json;
using Shop.Contracts.Orders;
using Shop.Messaging.Hosting;
using Shop.Workers.Webhooks;
using Xunit;

namespace Shop.Tests.Webhooks;

public sealed class WebhookSignatureTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Key = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    private static readonly Guid Subject = Guid.Parse("11111111-2222-3333-4444-555555555555");

    /// <summary>The example of the scheme's own test suites.</summary>
    [Fact]
    public void It_is_that_of_the_published_example() => Assert.Equal(
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        WebhookSignature.Of(Secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, """{"test": 2432232314}"""));

    [Fact]
    public void A_secret_that_is_none_is_refused() =>
        Assert.Throws<FormatException>(() => WebhookSignature.Of("MfKQ9r8G", "msg_1", 1, "{}"));

    [Fact]
    public void The_body_is_thin()
    {
        var news = OrderNews.Of(new OrderShipped
        {
            OrderId = Subject, Owner = "user:1", Email = "ada@example.org", Carrier = "C", TrackingNumber = "T",
        });
        Assert.Equal(
            """{"type":"order.shipped","timestamp":"2026-01-31T09:30:00Z","data":{"orderId":"11111111-2222-3333-4444-555555555555","status":"SHIPPED","sequence":2}}""",
            news.Body(new DateTimeOffset(2026, 1, 31, 9, 30, 0, TimeSpan.Zero)));
    }

    [Fact]
    public void A_sealed_secret_opens_for_its_subject()
    {
        var box = new Seal(Key).Close(Secret, Subject);
        Assert.Equal(Secret, new Seal(Key).Open(box, Subject));
        Assert.DoesNotContain("whsec_", JsonSerializer.Serialize(box), StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_sealed_differently_each_time() =>
        Assert.NotEqual(new Seal(Key).Close(Secret, Subject), new Seal(Key).Close(Secret, Subject));

    [Fact]
    public void It_opens_for_nobody_else_and_by_no_other_key()
    {
        var box = new Seal(Key).Close(Secret, Subject);
        Assert.ThrowsAny<CryptographicException>(() => new Seal(Key).Open(box, Guid.NewGuid()));
        Assert.ThrowsAny<CryptographicException>(() => new Seal(new string('a', 64)).Open(box, Subject));
        box[^1] ^= 1;
        Assert.ThrowsAny<CryptographicException>(() => new Seal(Key).Open(box, Subject));
    }

    [Fact]
    public void It_opens_by_the_key_before()
    {
        var box = new Seal(Key).Close(Secret, Subject);
        Assert.Equal(Secret, new Seal(new string('a', 64), Key).Open(box, Subject));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0011")]
    [InlineData("zz112233445566778899aabbccddeeff00112233445566778899aabbccddeeff")]
    public void A_key_has_64_hexadecimal_digits(string key) => Assert.Throws<FormatException>(() => new Seal(key));
}
