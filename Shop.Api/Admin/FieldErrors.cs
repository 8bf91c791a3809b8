namespace Shop.Api.Admin;

/// <summary>Collects what is wrong with a request, the first fault of each field.</summary>
internal sealed class FieldErrors
{
    public const string Required = "It is required.";

    public Dictionary<string, string[]> ByField { get; } = [];

    public void Require(string field, bool holds, string rule)
    {
        if (!holds) ByField.TryAdd(field, [rule]);
    }

    public void RequireText(string field, string? text, int longest)
    {
        Require(field, !string.IsNullOrWhiteSpace(text), Required);
        AllowText(field, text, longest);
    }

    public void AllowText(string field, string? text, int longest) => Require(
        field, text is null || StorableText.Fits(text, longest), $"It must be text of at most {longest} characters.");
}

/// <summary>PostgreSQL stores any text but the character NUL and halves of surrogate pairs.</summary>
internal static class StorableText
{
    public static bool Fits(string text, int longest)
    {
        if (text.Length > longest) return false;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\0') return false;
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[++i])) return false;
        }

        return true;
    }
}
