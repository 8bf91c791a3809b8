using System.Text;

namespace Shop.Words;

/// <summary>
/// A word of a text as the index and the query both see it: in lower case, of letters and digits, without accents. One
/// that was written with a hyphen or the like (<c>wi-fi</c>, <c>AT&amp;T</c>), or as a number with its unit
/// (<c>32GB</c>), has several parts, and may be meant with or without the gap.
/// </summary>
public sealed class Word
{
    private const int LongestPart = 40;
    private const int MostParts = 8;
    private const int MostTails = 3;
    private const int ShortestModel = 6;
    private const int ShortestTail = 4;

    private static readonly HashSet<string> Units =
    [
        "gb", "tb", "mb", "mah", "mm", "cm", "m", "in", "inch", "ft", "feet", "foot", "w", "v", "a", "oz", "lb", "hz",
        "ghz", "mhz", "mp", "qt", "cu", "btu", "gal", "pk", "pack",
    ];

    private Word(IReadOnlyList<string> parts) => Parts = parts;

    public IReadOnlyList<string> Parts { get; }

    /// <summary>The parts without a gap.</summary>
    public string Joined => Parts.Count == 1 ? Parts[0] : string.Concat(Parts);

    /// <summary>The words of a text, at most so many.</summary>
    public static List<Word> Of(string text, int most)
    {
        var words = new List<Word>();
        var parts = new List<string>();
        var part = new StringBuilder();
        for (var i = 0; i < text.Length && words.Count < most; i++)
        {
            var letter = Letters.Fold(text[i]);
            if (letter.Length > 0) part.Append(letter);
            else if (IsDecimalPoint(text, i) && part.Length > 0) part.Append('.');
            else if (Letters.IsApostrophe(text[i]) && part.Length > 0 && !Letters.IsDigit(text, i - 1)) continue;
            else
            {
                EndPart(part, parts);
                if (Letters.IsInch(text[i]) && Letters.IsDigit(text, i - 1)) parts.Add("inch");
                if (!Letters.Joins(text, i)) EndWord(parts, words);
            }
        }

        EndPart(part, parts);
        if (words.Count < most) EndWord(parts, words);
        return words;
    }

    /// <summary>All that an index holds of a text, in its order; what is only there to be found comes right after its word.</summary>
    public static IEnumerable<string> ToIndex(string text, int most)
    {
        foreach (var word in Of(text, most))
        {
            foreach (var part in word.Parts) yield return part;
            if (word.Parts.Count > 1 && word.Joined.Length <= LongestPart) yield return word.Joined;
            foreach (var tail in Tails(word.Joined)) yield return tail;
        }
    }

    /// <summary>A model number is also asked for without its head: <c>KU6300</c> of <c>UN55KU6300</c>.</summary>
    private static IEnumerable<string> Tails(string model)
    {
        if (model.Length < ShortestModel || model.Contains('.', StringComparison.Ordinal)) yield break;
        var found = 0;
        for (var i = 1; i <= model.Length - ShortestTail && found < MostTails; i++)
        {
            if (!char.IsAsciiDigit(model[i - 1]) || char.IsAsciiDigit(model[i])) continue;
            var tail = model[i..];
            if (!tail.Any(char.IsAsciiDigit)) yield break;
            found++;
            yield return tail;
        }
    }

    private static bool IsDecimalPoint(string text, int at) =>
        text[at] == '.' && Letters.IsDigit(text, at - 1) && Letters.IsDigit(text, at + 1);

    private static void EndPart(StringBuilder part, List<string> parts)
    {
        if (part.Length == 0) return;
        var text = part.ToString(0, Math.Min(part.Length, LongestPart));
        part.Clear();
        if (parts.Count >= MostParts) return;
        var digits = 0;
        while (digits < text.Length && (char.IsAsciiDigit(text[digits]) || text[digits] == '.')) digits++;
        if (digits > 0 && digits < text.Length && Units.Contains(text[digits..]))
        {
            parts.Add(text[..digits]);
            parts.Add(text[digits..]);
        }
        else
        {
            parts.Add(text);
        }
    }

    private static void EndWord(List<string> parts, List<Word> words)
    {
        if (parts.Count > 0) words.Add(new Word([.. parts]));
        parts.Clear();
    }
}
