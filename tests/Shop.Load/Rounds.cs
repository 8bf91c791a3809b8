namespace Shop.Load;

/// <summary>What is measured several times, because the machine has neighbours.</summary>
internal static class Rounds
{
    /// <summary>A neighbour's burst falls into some rounds and spoils those alone.</summary>
    /// <exception cref="InvalidOperationException">There are no rounds.</exception>
    public static double Median(this IEnumerable<double> rounds)
    {
        var sorted = rounds.Order().ToArray();
        if (sorted.Length == 0) throw new InvalidOperationException("There is no median of nothing.");
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>Null where nothing was measured.</summary>
    public static double? Median(this IEnumerable<double?> rounds)
    {
        var known = rounds.OfType<double>().ToArray();
        return known.Length == 0 ? null : known.Median();
    }
}
