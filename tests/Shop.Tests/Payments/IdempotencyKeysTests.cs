using Microsoft.Extensions.Time.Testing;
using Shop.PaymentSimulator;
using Xunit;

namespace Shop.Tests.Payments;

public sealed class IdempotencyKeysTests
{
    private readonly FakeTimeProvider time = new(DateTimeOffset.UnixEpoch.AddYears(56));

    [Fact]
    public void A_key_is_answered_for_a_day()
    {
        var keys = Answered();
        time.Advance(TimeSpan.FromHours(24));
        Assert.Equal(ClaimKind.Answered, keys.Claim("key", "print").Kind);
    }

    [Fact]
    public void A_key_that_is_older_than_a_day_is_new_again()
    {
        var keys = Answered();
        time.Advance(TimeSpan.FromHours(24) + TimeSpan.FromSeconds(1));
        Assert.Equal(ClaimKind.Mine, keys.Claim("key", "other").Kind);
    }

    [Fact]
    public void Old_keys_are_forgotten_as_new_ones_come()
    {
        var keys = Answered();
        time.Advance(TimeSpan.FromHours(25));
        keys.Answered(Entry("another"));
        Assert.Equal(1, keys.Count);
    }

    [Fact]
    public void A_key_whose_call_came_to_nothing_is_free()
    {
        var keys = new IdempotencyKeys(time);
        keys.Claim("key", "print");
        keys.Release("key");
        Assert.Equal(ClaimKind.Mine, keys.Claim("key", "print").Kind);
    }

    private IdempotencyKeys Answered()
    {
        var keys = new IdempotencyKeys(time);
        keys.Claim("key", "print");
        keys.Answered(Entry("key"));
        return keys;
    }

    private Entry Entry(string key) => new()
    {
        Operation = "create",
        Key = key,
        Fingerprint = "print",
        At = time.GetUtcNow().ToUnixTimeMilliseconds(),
    };
}
