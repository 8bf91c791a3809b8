namespace Shop.Words;

/// <summary>
/// How many slips make one word of another: a letter too much, too few, wrong, or two neighbours swapped (Damerau 1964;
/// here "optimal string alignment", which edits no part of a word twice).
/// </summary>
public static class EditDistance
{
    /// <summary>Longer words are as good as never the same by accident, and cost the square of their length.</summary>
    public const int LongestWord = 40;

    /// <summary>How many slips a word of this length is forgiven.</summary>
    public static int Forgiven(int length) => length < 4 ? 0 : length < 8 ? 1 : 2;

    /// <returns>More than <paramref name="most"/> if there are more; how many is then not said.</returns>
    public static int Between(string one, string other, int most)
    {
        if (Math.Abs(one.Length - other.Length) > most || one.Length > LongestWord || other.Length > LongestWord)
            return most + 1;
        Span<int> before = stackalloc int[LongestWord + 1];
        Span<int> above = stackalloc int[LongestWord + 1];
        Span<int> row = stackalloc int[LongestWord + 1];
        for (var j = 0; j <= other.Length; j++) above[j] = j;
        for (var i = 1; i <= one.Length; i++)
        {
            if (Next(one, i, other, before, above, row) > most) return most + 1;
            var free = before;
            before = above;
            above = row;
            row = free;
        }

        return above[other.Length];
    }

    /// <summary>One row of the table: the first <paramref name="i"/> letters against every beginning of the other word.</summary>
    /// <returns>The least of the row, below which no later row falls by more than a swap.</returns>
    public static int Next(
        ReadOnlySpan<char> one, int i, ReadOnlySpan<char> other, ReadOnlySpan<int> before, ReadOnlySpan<int> above,
        Span<int> row)
    {
        row[0] = i;
        var least = i;
        for (var j = 1; j <= other.Length; j++)
        {
            var cost = one[i - 1] == other[j - 1] ? 0 : 1;
            var best = Math.Min(Math.Min(row[j - 1], above[j]) + 1, above[j - 1] + cost);
            if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
                best = Math.Min(best, before[j - 2] + 1);
            row[j] = best;
            if (best < least) least = best;
        }

        return least;
    }
}
