using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace Shop.Api.Catalog;

/// <summary>
/// Where the next page of a category begins: after the last product that was shown, wherever it stands by then. It says
/// which category and order it belongs to, and serves no other.
/// </summary>
internal static class ListingCursor
{
    private const char Between = '|';
    private const int Longest = 300;

    public static string Write(string category, ListingSort sort, ListingPlace last) =>
        WebEncoders.Base64UrlEncode(Encoding.ASCII.GetBytes(string.Join(
            Between, sort.Name, category, last.Value.ToString(CultureInfo.InvariantCulture), last.Sku)));

    /// <returns>Null if it is not one that was written for this category and order.</returns>
    public static ListingPlace? Read(string cursor, string category, ListingSort sort)
    {
        if (cursor.Length is 0 or > Longest) return null;
        byte[] bytes;
        try
        {
            bytes = WebEncoders.Base64UrlDecode(cursor);
        }
        catch (FormatException)
        {
            return null;
        }

        if (Encoding.ASCII.GetString(bytes).Split(Between) is not [_, _, var value, var sku] || !Sku.IsWellFormed(sku)
            || !long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            return null;
        var place = new ListingPlace(number, sku);
        // This compares category and order too.
        return Write(category, sort, place) == cursor ? place : null;
    }
}
