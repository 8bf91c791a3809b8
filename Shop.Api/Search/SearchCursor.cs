using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Shop.Api.Catalog;

namespace Shop.Api.Search;

/// <summary>The last hit of a page: the key that it was ordered by, and its SKU among those with the same key.</summary>
internal readonly record struct SearchPlace(double Key, string Sku);

/// <summary>Where the next page begins. A cursor belongs to one query, and serves no other.</summary>
internal static class SearchCursor
{
    private const int Longest = 200;
    private const char Between = '|';

    public static string Write(SearchQuery query, SearchPlace place) => WebEncoders.Base64UrlEncode(Encoding.ASCII.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"{Mark(query):x}{Between}{place.Key:R}{Between}{place.Sku}")));

    /// <returns>Null if it was not written for this query.</returns>
    public static SearchPlace? Read(SearchQuery query, string cursor)
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

        return Encoding.ASCII.GetString(bytes).Split(Between) is [_, var key, var sku] && Sku.IsWellFormed(sku)
            && double.TryParse(key, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number) && Write(query, new SearchPlace(number, sku)) == cursor
            ? new SearchPlace(number, sku)
            : null;
    }

    private static ulong Mark(SearchQuery query) =>
        BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(query.Meaning)));
}
