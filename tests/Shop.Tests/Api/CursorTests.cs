using System.Buffers.Text;
using CsCheck;
using Shop.Api.Http;
using Xunit;

namespace Shop.Tests.Api;

public sealed class CursorTests
{
    private static readonly Cursor<DateTime, Guid> Newest = new("test.newest");
    private static readonly Cursor<double, string> Best = new("test.best");

    [Fact]
    public void A_cursor_reads_what_was_written()
    {
        var (at, id) = (new DateTime(2026, 11, 22, 17, 31, 8, DateTimeKind.Utc).AddTicks(12_345_670), Guid.NewGuid());

        Assert.True(Newest.TryRead(Newest.Write(at, id), out var position));

        Assert.Equal((at, id), position);
        Assert.Equal(DateTimeKind.Utc, position.Sort.Kind);
    }

    [Fact]
    public void A_cursor_holds_any_number_and_any_text() =>
        Gen.Select(Gen.Double[-1e12, 1e12], Gen.String[Gen.Char['\u0001', '\ud7ff'], 0, 60]).Sample((score, sku) =>
            Best.TryRead(Best.Write(score, sku), out var position) && position == (score, sku));

    [Fact]
    public void A_cursor_goes_into_an_address_as_it_is() =>
        Assert.Matches("^[A-Za-z0-9_-]+$", Best.Write(-0.1, "Ünïcode/+?&"));

    [Fact]
    public void A_cursor_of_another_list_is_bad() =>
        Assert.False(Newest.TryRead(new Cursor<DateTime, Guid>("test.oldest").Write(DateTime.UnixEpoch, Guid.Empty), out _));

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("!!!!")]
    [InlineData("AAAA")]
    [InlineData("8J-YgPCfmIA")]
    public void What_was_never_a_cursor_is_bad(string text) => Assert.False(Newest.TryRead(text, out _));

    [Fact]
    public void A_cursor_that_is_cut_or_longer_or_padded_is_bad()
    {
        var good = Newest.Write(DateTime.UnixEpoch, Guid.Empty);

        Assert.All(Enumerable.Range(0, good.Length), length => Assert.False(Newest.TryRead(good[..length], out _)));
        Assert.False(Newest.TryRead(good + "A", out _));
        Assert.False(Newest.TryRead(good + "AAAA", out _));
        Assert.False(Newest.TryRead(good + "=", out _));
        Assert.False(Newest.TryRead(" " + good, out _));
        Assert.False(Newest.TryRead(new string('A', 100_000), out _));
    }

    [Fact]
    public void A_cursor_with_a_bit_changed_is_bad_or_still_one_of_this_list() =>
        Gen.Select(Gen.Int[0, 30], Gen.Int[0, 7]).Sample((index, bit) =>
        {
            var bytes = Base64Url.DecodeFromChars(Newest.Write(DateTime.UnixEpoch.AddDays(20_000), Guid.NewGuid()));
            bytes[index % bytes.Length] ^= (byte)(1 << bit);
            var text = Base64Url.EncodeToString(bytes);
            return !Newest.TryRead(text, out var position) || Newest.Write(position.Sort, position.Key) == text;
        });

    [Fact]
    public void A_text_that_no_database_takes_is_bad() => Assert.False(Best.TryRead(Best.Write(1, "a\0b"), out _));

    [Fact]
    public void A_number_that_orders_nothing_is_bad() => Assert.False(Best.TryRead(Best.Write(double.NaN, "a"), out _));
}
