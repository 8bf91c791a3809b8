using System.Text;

namespace Shop.Words;

/// <summary>Lexemes in the notation of PostgreSQL's <c>tsvector</c> and <c>tsquery</c>.</summary>
public static class TsText
{
    public static string Quote(string lexeme) =>
        $"'{lexeme.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}'";

    public static StringBuilder AppendQuoted(this StringBuilder text, string lexeme) => text.Append(Quote(lexeme));
}
