namespace Shop.Api.Http;

/// <summary>
/// Text that the database and the broker's JSON take: anything but control characters and halves of surrogate pairs.
/// </summary>
internal static class PlainText
{
    /// <param name="text">As it was sent; null counts as empty.</param>
    /// <param name="longest">In UTF-16 code units.</param>
    /// <param name="lines">Whether it may have several, and tabs.</param>
    public static bool Is(string? text, int longest, bool lines = false)
    {
        if (text is null) return true;
        if (text.Length > longest) return false;
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsControl(text[i]) && !(lines && (text[i] is '\n' or '\r' or '\t'))) return false;
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[++i])) return false;
        }

        return true;
    }
}
