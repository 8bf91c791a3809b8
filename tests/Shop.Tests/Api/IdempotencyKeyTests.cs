using Microsoft.Extensions.Primitives;
using Shop.Api.Requests;
using Xunit;

namespace Shop.Tests.Api;

public sealed class IdempotencyKeyTests
{
    [Theory]
    [InlineData("abc", "abc")]
    [InlineData("\"abc\"", "abc")]
    [InlineData("\"a\\\"b\\\\c\"", "a\"b\\c")]
    [InlineData("8e03978e-40d5-43dd-bc93-6894a57f9324", "8e03978e-40d5-43dd-bc93-6894a57f9324")]
    public void A_key_is_the_same_bare_or_quoted(string header, string key) =>
        Assert.Equal((key, null), IdempotencyKey.Read(header));

    [Fact]
    public void The_longest_has_255_characters()
    {
        Assert.NotNull(IdempotencyKey.Read(new string('k', 255)).Key);
        Assert.NotNull(IdempotencyKey.Read($"\"{new string('k', 255)}\"").Key);
        Assert.Null(IdempotencyKey.Read(new string('k', 256)).Key);
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("\"a b\"")]
    [InlineData("\"\"")]
    [InlineData("\"")]
    [InlineData("\"abc")]
    [InlineData("abc\"")]
    [InlineData("\"a\"b\"")]
    [InlineData("\"a\\b\"")]
    [InlineData("\"a\\")]
    [InlineData("schlüssel")]
    [InlineData("a\tb")]
    public void Anything_else_is_no_key(string header)
    {
        var (key, problem) = IdempotencyKey.Read(header);

        Assert.Null(key);
        Assert.Equal("validation", problem?.Problem.Code);
    }

    [Fact]
    public void Two_keys_are_none() =>
        Assert.Equal("validation", IdempotencyKey.Read(new StringValues(["a", "b"])).Problem?.Problem.Code);

    [Fact]
    public void None_at_all_is_said_to_be_missing()
    {
        Assert.Equal("idempotency-key-missing", IdempotencyKey.Read(StringValues.Empty).Problem?.Problem.Code);
        Assert.Equal("idempotency-key-missing", IdempotencyKey.Read("").Problem?.Problem.Code);
    }
}
