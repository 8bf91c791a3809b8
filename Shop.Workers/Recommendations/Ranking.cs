using Shop.Contracts.Recommendations;

namespace Shop.Workers.Recommendations;

/// <summary>
/// A product that was bought with another: in how many orders both were, and in how many it was at all.
/// </summary>
internal sealed record Partner(string Sku, long Together, long Orders);

/// <summary>Which of a product's partners are worth naming, the best first.</summary>
internal static class Ranking
{
    /// <summary>One order proves nothing, and would tell what one person bought.</summary>
    public const int LeastTogether = 2;

    /// <summary>χ² with one degree of freedom, 5%: less may well be chance.</summary>
    public const double LeastScore = 3.84;

    /// <param name="orders">In how many the product was.</param>
    /// <param name="allOrders">How many there were.</param>
    /// <param name="partners">What it was bought with.</param>
    /// <returns>At most <see cref="RelatedProducts.Most"/> SKUs.</returns>
    public static IReadOnlyList<string> Best(long orders, long allOrders, IEnumerable<Partner> partners) =>
    [
        .. partners
            .Select(partner => (partner.Sku, partner.Together, Score: Score(orders, allOrders, partner)))
            .Where(partner => partner.Score >= LeastScore)
            .OrderByDescending(partner => partner.Score).ThenByDescending(partner => partner.Together)
            .ThenBy(partner => partner.Sku, StringComparer.Ordinal)
            .Take(RelatedProducts.Most)
            .Select(partner => partner.Sku),
    ];

    private static double Score(long orders, long allOrders, Partner partner)
    {
        var (_, together, others) = partner;
        // The ratio is as high for products that avoid each other.
        var attract = (double)together * allOrders > (double)orders * others;
        return together >= LeastTogether && attract
            ? LogLikelihoodRatio.Of(
                together, orders - together, others - together, allOrders - orders - others + together)
            : 0;
    }
}
