using Shop.Contracts;
using Shop.Contracts.Inventory;
using Shop.Contracts.Returns;

namespace Shop.Sagas.Returns;

/// <summary>
/// What an inspection comes to: never more than was claimed of a SKU, what can be sold before what cannot, and that
/// before what is refused.
/// </summary>
/// <param name="Accepted">What is refunded.</param>
/// <param name="Sellable">What goes into stock again, a part of what is refunded.</param>
/// <param name="Refund">What the accepted units had cost, with the shipping if nothing is missing.</param>
internal sealed record ReturnVerdict(IReadOnlyList<StockLine> Accepted, IReadOnlyList<StockLine> Sellable, Money Refund)
{
    public static ReturnVerdict Of(ReturnClaim claim, IReadOnlyList<ReceivedLine> received)
    {
        List<StockLine> accepted = [], sellable = [];
        var (refund, isWhole) = (0L, true);
        foreach (var line in claim.Lines)
        {
            var asNew = Math.Min(line.Quantity, Count(received, line.Sku, ReturnCondition.Sellable));
            var broken = Math.Min(line.Quantity - asNew, Count(received, line.Sku, ReturnCondition.Damaged));
            if (asNew > 0) sellable.Add(new StockLine(line.Sku, asNew));
            if (asNew + broken > 0) accepted.Add(new StockLine(line.Sku, asNew + broken));
            refund = checked(refund + line.UnitPrice.Amount * (asNew + broken));
            isWhole &= asNew + broken == line.Quantity;
        }

        return new ReturnVerdict(accepted, sellable, claim.Shipping with
        {
            Amount = isWhole ? checked(refund + claim.Shipping.Amount) : refund,
        });
    }

    public override string ToString() =>
        $"{Accepted.Sum(line => line.Quantity)} accepted, {Sellable.Sum(line => line.Quantity)} of them as new.";

    private static int Count(IReadOnlyList<ReceivedLine> received, string sku, string condition) =>
        (int)Math.Min(int.MaxValue, received
            .Where(line => line.Sku == sku && line.Condition == condition).Sum(line => (long)Math.Max(0, line.Quantity)));
}
