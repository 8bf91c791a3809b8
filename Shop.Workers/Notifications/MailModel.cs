using System.Globalization;
using System.Text;
using Shop.Contracts;
using Shop.Contracts.Orders;

namespace Shop.Workers.Notifications;

/// <summary>
/// What the templates see: words and figures ready to be read, each of them one line without control characters, so that
/// no title can begin a line of its own.
/// </summary>
internal sealed class MailModel
{
    private const int MostLines = 100;
    private const int LongestText = 200;
    private const int ShortNumber = 12;

    private MailModel(MailInHand mail)
    {
        var content = mail.Content;
        OrderId = mail.OrderId.ToString();
        Number = OrderId[^ShortNumber..].ToUpperInvariant();
        Date = mail.CreatedAt.UtcDateTime.ToString("d MMMM yyyy, HH:mm 'UTC'", CultureInfo.InvariantCulture);
        Lines = [.. content.Lines.Take(MostLines).Select(line => new MailModelLine(
            Clean(line.Title), line.Quantity.ToString(CultureInfo.InvariantCulture),
            MoneyText.Of(line.UnitPrice with { Amount = line.UnitPrice.Amount * line.Quantity })))];
        More = Math.Max(0, content.Lines.Count - MostLines);
        Amount = content.Amount is { } amount ? MoneyText.Of(amount) : "";
        ShipTo = content.ShipTo is { } address ? [.. LinesOf(address)] : [];
        Carrier = Clean(content.Carrier ?? "");
        TrackingNumber = Clean(content.TrackingNumber ?? "");
        Status = content.Status ?? "";
        WasConfirmed = content.WasConfirmed;
    }

    public string OrderId { get; }

    /// <summary>The end of the order's id, for subjects.</summary>
    public string Number { get; }

    /// <summary>When it happened.</summary>
    public string Date { get; }

    public IReadOnlyList<MailModelLine> Lines { get; }

    /// <summary>How many lines are not shown.</summary>
    public int More { get; }

    public string Amount { get; }
    public IReadOnlyList<string> ShipTo { get; }
    public string Carrier { get; }
    public string TrackingNumber { get; }

    /// <summary>One of the words of <see cref="OrderStatus"/>.</summary>
    public string Status { get; }

    public bool WasConfirmed { get; }

    public static MailModel Of(MailInHand mail) => new(mail);

    /// <summary>
    /// One line: control characters, separators of lines and marks that turn the direction of writing become spaces.
    /// </summary>
    internal static string Clean(string text)
    {
        var clean = new StringBuilder(Math.Min(text.Length, LongestText));
        foreach (var rune in text.EnumerateRunes())
        {
            if (clean.Length >= LongestText) break;
            clean.Append(Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse
                ? " " : rune.ToString());
        }

        return clean.ToString().Trim();
    }

    private static IEnumerable<string> LinesOf(Address address) => new[]
    {
        address.Name, address.Line1, address.Line2, $"{address.PostalCode} {address.City}", address.Region, address.Country,
    }.Select(line => Clean(line ?? "")).Where(line => line.Length > 0);
}

/// <summary>A line of an order: its price is that of all its units.</summary>
internal sealed record MailModelLine(string Title, string Quantity, string Price);
