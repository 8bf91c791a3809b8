using System.Text;
using System.Text.Json;

namespace Shop.Load;

/// <summary>Places that parcels go to, and the checkout's body that names one, ready but for its buyer.</summary>
internal static class Addresses
{
    private static readonly (string City, string Region, string PostalCode)[] Places =
    [
        ("New York", "NY", "10001"), ("Brooklyn", "NY", "11201"), ("Buffalo", "NY", "14202"),
        ("Boston", "MA", "02108"), ("Philadelphia", "PA", "19103"), ("Pittsburgh", "PA", "15222"),
        ("Baltimore", "MD", "21201"), ("Richmond", "VA", "23219"), ("Charlotte", "NC", "28202"),
        ("Atlanta", "GA", "30303"), ("Orlando", "FL", "32801"), ("Miami", "FL", "33130"),
        ("Nashville", "TN", "37203"), ("Memphis", "TN", "38103"), ("Columbus", "OH", "43215"),
        ("Cleveland", "OH", "44113"), ("Detroit", "MI", "48226"), ("Indianapolis", "IN", "46204"),
        ("Chicago", "IL", "60601"), ("Milwaukee", "WI", "53202"), ("Minneapolis", "MN", "55401"),
        ("St. Louis", "MO", "63101"), ("Kansas City", "MO", "64106"), ("Omaha", "NE", "68102"),
        ("New Orleans", "LA", "70112"), ("Dallas", "TX", "75201"), ("Houston", "TX", "77002"),
        ("Austin", "TX", "78701"), ("Denver", "CO", "80202"), ("Salt Lake City", "UT", "84101"),
        ("Phoenix", "AZ", "85004"), ("Albuquerque", "NM", "87102"), ("Las Vegas", "NV", "89101"),
        ("Los Angeles", "CA", "90012"), ("San Diego", "CA", "92101"), ("San Francisco", "CA", "94103"),
        ("Sacramento", "CA", "95814"), ("Portland", "OR", "97204"), ("Seattle", "WA", "98101"),
        ("Spokane", "WA", "99201"),
    ];

    private static readonly string[] Names =
    [
        "Ada Moreno", "Ben Okafor", "Chloe Nguyen", "Daniel Weiss", "Elena Petrova", "Frank Abbott", "Grace Kim",
        "Hassan Ali", "Ines Duarte", "Jack Sullivan",
    ];

    private static readonly string[] Streets =
        ["Main St", "Oak Ave", "Maple Dr", "Park Ave", "Washington St", "Lake Rd", "Hill St", "Cedar Ln"];

    private static readonly byte[][] Tails = [.. Places.Select(Tail)];

    /// <summary>What follows the buyer's e-mail address in the body.</summary>
    public static ReadOnlySpan<byte> Pick(Random random) => Tails[random.Next(Tails.Length)];

    private static byte[] Tail((string City, string Region, string PostalCode) place, int index)
    {
        var name = JsonEncodedText.Encode(Names[index % Names.Length]);
        var street = JsonEncodedText.Encode($"{100 + (index * 37)} {Streets[index % Streets.Length]}");
        return Encoding.UTF8.GetBytes(
            $$"""
            ","shippingAddress":{"name":"{{name}}","line1":"{{street}}","line2":null,"city":"{{place.City}}",
            "region":"{{place.Region}}","postalCode":"{{place.PostalCode}}","country":"US"},
            "shippingMethod":"STANDARD","paymentMethod":"pm_card_visa"}
            """);
    }
}
