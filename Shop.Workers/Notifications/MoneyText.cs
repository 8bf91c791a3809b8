using System.Globalization;
using Shop.Contracts;

namespace Shop.Workers.Notifications;

/// <summary>Amounts as people read them, such as <c>1,234.50 USD</c>: with the digits that the currency has.</summary>
internal static class MoneyText
{
    private const int UsualDigits = 2;

    /// <summary>The minor units of ISO 4217 (list one) that are not two digits.</summary>
    private static readonly Dictionary<string, int> Digits = new(StringComparer.Ordinal)
    {
        ["BIF"] = 0, ["CLP"] = 0, ["DJF"] = 0, ["GNF"] = 0, ["ISK"] = 0, ["JPY"] = 0, ["KMF"] = 0, ["KRW"] = 0,
        ["PYG"] = 0, ["RWF"] = 0, ["UGX"] = 0, ["UYI"] = 0, ["VND"] = 0, ["VUV"] = 0, ["XAF"] = 0, ["XOF"] = 0,
        ["XPF"] = 0, ["BHD"] = 3, ["IQD"] = 3, ["JOD"] = 3, ["KWD"] = 3, ["LYD"] = 3, ["OMR"] = 3, ["TND"] = 3,
        ["CLF"] = 4, ["UYW"] = 4,
    };

    public static string Of(Money money)
    {
        var digits = Digits.GetValueOrDefault(money.Currency, UsualDigits);
        var amount = money.Amount / (decimal)Math.Pow(10, digits);
        return $"{amount.ToString($"N{digits}", CultureInfo.InvariantCulture)} {money.Currency}";
    }
}
