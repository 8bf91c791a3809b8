using System.Text.RegularExpressions;

namespace Shop.Api.Http;

/// <summary>What text from outside must be like, whatever it is for.</summary>
internal static partial class Text
{
    public const int LongestEmail = 254;

    /// <summary>
    /// The database and the broker's JSON take any text but control characters and halves of surrogate pairs.
    /// </summary>
    /// <param name="text">Null counts as empty.</param>
    /// <param name="longest">In UTF-16 code units.</param>
    /// <param name="lines">Whether it may have several, and tabs.</param>
    public static bool IsText(string? text, int longest, bool lines = false)
    {
        if (text is null) return true;
        if (text.Length > longest) return false;
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsControl(text[i]) && !(lines && text[i] is ('\n' or '\r' or '\t'))) return false;
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[++i])) return false;
        }

        return true;
    }

    public static bool IsEmail(string? email) =>
        email is { Length: <= LongestEmail } && IsText(email, LongestEmail) && Email().IsMatch(email);

    /// <summary>Whether it exists is for the mail to find out.</summary>
    [GeneratedRegex(@"\A[^\s@]+@[^\s@]+\z")]
    private static partial Regex Email();
}
