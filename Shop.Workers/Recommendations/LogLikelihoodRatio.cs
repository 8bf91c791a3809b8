namespace Shop.Workers.Recommendations;

/// <summary>
/// Whether two products are bought together more often than chance would have it: the likelihood ratio of a
/// contingency table, −2 log λ (T. Dunning, "Accurate Methods for the Statistics of Surprise and Coincidence",
/// Computational Linguistics 19(1), 1993). A best seller is in many baskets with everything, and as chance would have
/// it: it scores near 0. Unlike lift, it does not take two rare products that met once for soul mates.
/// </summary>
internal static class LogLikelihoodRatio
{
    /// <summary>−2 log λ of a table of two by two.</summary>
    /// <param name="both">Orders with both.</param>
    /// <param name="first">Orders with the first alone.</param>
    /// <param name="second">Orders with the second alone.</param>
    /// <param name="neither">All other orders.</param>
    /// <returns>0 if they are independent, more the less they are, whether they attract or repel each other.</returns>
    public static double Of(long both, long first, long second, long neither)
    {
        var (withFirst, withSecond) = (both + first, both + second);
        var (withoutFirst, withoutSecond) = (second + neither, first + neither);
        var all = (double)withFirst + withoutFirst;
        return Math.Max(0, 2 * (
            Part(both, withFirst, withSecond) + Part(first, withFirst, withoutSecond)
            + Part(second, withoutFirst, withSecond) + Part(neither, withoutFirst, withoutSecond)));

        double Part(long seen, long row, long column) =>
            seen == 0 ? 0 : seen * Math.Log(seen * all / ((double)row * column));
    }
}
