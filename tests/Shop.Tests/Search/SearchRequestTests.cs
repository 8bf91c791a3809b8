using Shop.Api.Search;
using Xunit;

namespace Shop.Tests.Search;

public sealed class SearchRequestTests
{
    private static readonly SearchQuery Query = new() { Text = "case" };

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("!!!")]
    public void A_cursor_that_leads_nowhere_is_refused(string cursor) => Assert.Equal(["cursor"], Errors("case", cursor));

    [Fact]
    public void A_cursor_of_another_search_is_refused() => Assert.Equal(["cursor"], Errors("cover", CursorOf(Query)));

    [Fact]
    public void The_cursor_of_a_page_of_this_search_is_taken() => Assert.Empty(Errors("case", CursorOf(Query)));

    private static string CursorOf(SearchQuery query) => SearchCursor.Write(query, new SearchPlace(1.5, "SKU-1"));

    private static IEnumerable<string> Errors(string text, string cursor)
    {
        var errors = new Dictionary<string, string[]>();
        new SearchRequest { Q = text, Cursor = cursor }.Read(errors);
        return errors.Keys;
    }
}
