using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Shop.Api.Catalog;
using Xunit;

namespace Shop.Tests.Api;

public sealed class ListingCursorTests
{
    private static readonly ListingPlace Place = new(-4_999, "KIT-0001");

    public static TheoryData<string> Sorts => [.. ListingSort.All.Select(sort => sort.Name)];

    [Theory]
    [MemberData(nameof(Sorts))]
    public void What_was_written_is_read(string name)
    {
        var sort = ListingSort.Find(name)!;

        Assert.Equal(Place, ListingCursor.Read(ListingCursor.Write("abc_1", sort, Place), "abc_1", sort));
    }

    [Fact]
    public void It_serves_no_other_category() => Assert.Null(
        ListingCursor.Read(ListingCursor.Write("a", ListingSort.Price, Place), "b", ListingSort.Price));

    [Fact]
    public void It_serves_no_other_order() => Assert.Null(
        ListingCursor.Read(ListingCursor.Write("a", ListingSort.Price, Place), "a", ListingSort.PriceDown));

    [Theory]
    [InlineData("price|a|1")]
    [InlineData("price|a|1|SKU|")]
    [InlineData("price|a|01|SKU")]
    [InlineData("price|a| 1|SKU")]
    [InlineData("price|a|+1|SKU")]
    [InlineData("price|a|1|sku")]
    [InlineData("price|a|1|")]
    [InlineData("price|a|9223372036854775808|SKU")]
    [InlineData("price|a|1.0|SKU")]
    [InlineData("")]
    public void What_nobody_wrote_is_not_read(string text) => Assert.Null(ListingCursor.Read(
        WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes(text)), "a", ListingSort.Price));

    [Theory]
    [InlineData("!")]
    [InlineData("AAAAA")]
    [InlineData("cHJpY2V8YXwxfFNLVQ==")]
    public void What_is_no_text_is_not_read(string cursor) =>
        Assert.Null(ListingCursor.Read(cursor, "a", ListingSort.Price));

    [Fact]
    public void What_is_too_long_is_not_read() =>
        Assert.Null(ListingCursor.Read(new string('A', 400), "a", ListingSort.Price));
}
