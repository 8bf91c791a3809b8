namespace Shop.Contracts.Fulfillment;

/// <summary>
/// Tracking numbers by the two standards that have a check digit: UPU S10 (13 characters, such as <c>RA473124829GB</c>)
/// and GS1's SSCC (18 digits, such as <c>106141412345678908</c>). A number of neither is none.
/// </summary>
public static class TrackingNumbers
{
    public const int SsccLength = 18;

    private const int S10Length = 13;
    private const int SsccSerialDigits = 16;

    /// <summary>Of the eight digits of an S10 number, by UPU S10-12, 6.2.</summary>
    private static ReadOnlySpan<byte> S10Weights => [8, 6, 4, 2, 3, 5, 9, 7];

    public static bool IsValid(string? text) => IsS10(text) || IsSscc(text);

    /// <summary>
    /// UPU S10-12: two letters for the service, eight digits, a check digit, and the country (ISO 3166-1 alpha-2). The check
    /// digit is 11 less the weighted sum modulo 11, where 10 becomes 0 and 11 becomes 5.
    /// </summary>
    public static bool IsS10(string? text)
    {
        if (text?.Length != S10Length) return false;
        if (!AreLetters(text.AsSpan(0, 2)) || !AreLetters(text.AsSpan(11)) || !AreDigits(text.AsSpan(2, 9))) return false;
        return text[10] - '0' == S10CheckDigit(text.AsSpan(2, 8));
    }

    /// <summary>GS1 General Specifications, 7.9.1: 17 digits and a check digit, modulo 10 with the weights 3 and 1.</summary>
    public static bool IsSscc(string? text) =>
        text?.Length == SsccLength && AreDigits(text) && text[17] - '0' == SsccCheckDigit(text.AsSpan(0, 17));

    /// <summary>An S10 number.</summary>
    /// <param name="service">Two capital letters.</param>
    /// <param name="serial">0 to 99,999,999.</param>
    /// <param name="country">Two capital letters.</param>
    /// <exception cref="ArgumentException">It would not be a number of the standard.</exception>
    public static string S10(string service, int serial, string country)
    {
        var digits = serial.ToString("D8", null);
        var text = $"{service}{digits}{(digits.Length == 8 ? S10CheckDigit(digits) : 0)}{country}";
        return IsS10(text) ? text : throw new ArgumentException($"{text} is no number of UPU S10.");
    }

    /// <summary>An SSCC: the extension digit 0, the company, the serial number filled with zeros, the check digit.</summary>
    /// <param name="companyPrefix">The GS1 company prefix, 7 to 10 digits.</param>
    /// <param name="serial">Not negative. What has more digits than the prefix leaves begins anew.</param>
    /// <exception cref="ArgumentException">The prefix is not one, or the serial number is negative.</exception>
    public static string Sscc(string companyPrefix, long serial)
    {
        if (companyPrefix.Length is < 7 or > 10 || !AreDigits(companyPrefix))
            throw new ArgumentException("A GS1 company prefix has 7 to 10 digits.", nameof(companyPrefix));
        ArgumentOutOfRangeException.ThrowIfNegative(serial);
        var digits = SsccSerialDigits - companyPrefix.Length;
        var limit = 1L;
        for (var i = 0; i < digits; i++) limit *= 10;
        var body = "0" + companyPrefix + (serial % limit).ToString(null as IFormatProvider).PadLeft(digits, '0');
        return $"{body}{SsccCheckDigit(body)}";
    }

    private static int S10CheckDigit(ReadOnlySpan<char> digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++) sum += (digits[i] - '0') * S10Weights[i];
        return (11 - (sum % 11)) switch { 10 => 0, 11 => 5, var digit => digit };
    }

    private static int SsccCheckDigit(ReadOnlySpan<char> digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++) sum += (digits[i] - '0') * (i % 2 == 0 ? 3 : 1);
        return (10 - (sum % 10)) % 10;
    }

    private static bool AreDigits(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('0', '9');

    private static bool AreLetters(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('A', 'Z');
}
