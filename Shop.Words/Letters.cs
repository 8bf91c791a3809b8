namespace Shop.Words;

/// <summary>What becomes of each character of a text. The same on every machine, whatever its culture.</summary>
internal static class Letters
{
    private const string Accented = "àáâãäåāăąçćčďđèéêëēėęěğìíîïīıłñńňòóôõöøōőŕřśšşťùúûüūůűýÿžźż";
    private const string Plain = "aaaaaaaaacccddeeeeeeeegiiiiiilnnnoooooooorrssstuuuuuuuyyzzz";

    /// <summary>The letter or digit in lower case and without its accent; nothing if it is neither.</summary>
    public static string Fold(char letter)
    {
        if (char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter)) return Ascii[letter];
        if (char.IsAsciiLetterUpper(letter)) return Ascii[letter | 0x20];
        if (letter < 128 || !char.IsLetterOrDigit(letter)) return "";
        var lower = char.ToLowerInvariant(letter);
        if (lower == 'ß') return "ss";
        if (lower == 'æ') return "ae";
        var accented = Accented.IndexOf(lower, StringComparison.Ordinal);
        return accented < 0 ? lower.ToString() : Ascii[Plain[accented]];
    }

    public static bool IsDigit(string text, int at) => at >= 0 && at < text.Length && char.IsAsciiDigit(text[at]);

    public static bool IsApostrophe(char letter) => letter is '\'' or '’' or '‘';

    /// <summary>After a number: so many inches.</summary>
    public static bool IsInch(char letter) => letter is '"' or '”' or '″';

    /// <summary>Stands between the parts of one word, such as a hyphen without space around it.</summary>
    public static bool Joins(string text, int at) =>
        text[at] is '-' or '&' or '/' or '+' or '_' or '.' or '‑' or '–'
        && at > 0 && Fold(text[at - 1]).Length > 0
        && at + 1 < text.Length && Fold(text[at + 1]).Length > 0;

    private static readonly string[] Ascii = [.. Enumerable.Range(0, 128).Select(code => ((char)code).ToString())];
}
