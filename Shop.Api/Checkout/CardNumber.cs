namespace Shop.Api.Checkout;

/// <summary>Knows a card's number where a token belongs, so that none is stored, sent on or logged.</summary>
internal static class CardNumber
{
    private const int Shortest = 13;
    private const int Longest = 19;

    /// <summary>
    /// Whether 13 to 19 digits in a row, apart from <c>_</c>, <c>-</c> and blanks between them, have the check digit of
    /// a card (ISO/IEC 7812-1, Luhn), wherever they stand.
    /// </summary>
    public static bool IsIn(string? text)
    {
        Span<int> digits = stackalloc int[Longest];
        var count = 0;
        foreach (var sign in text ?? "")
        {
            if (sign is '_' or '-' or ' ') continue;
            if (!char.IsAsciiDigit(sign))
            {
                count = 0;
                continue;
            }

            if (count == Longest) digits[1..].CopyTo(digits);
            else count++;
            digits[count - 1] = sign - '0';
            for (var length = Shortest; length <= count; length++)
                if (HasCheckDigit(digits[(count - length)..count])) return true;
        }

        return false;
    }

    private static bool HasCheckDigit(ReadOnlySpan<int> digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[^(i + 1)];
            sum += i % 2 == 0 ? digit : digit * 2 - (digit > 4 ? 9 : 0);
        }

        return sum % 10 == 0;
    }
}
