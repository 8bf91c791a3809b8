using CsCheck;
using Shop.Contracts;
using Shop.Contracts.Returns;
using Shop.Sagas.Returns;
using Xunit;

namespace Shop.Tests.Returns;

public sealed class ReturnVerdictTests
{
    [Fact]
    public void All_of_it_as_new_is_restocked_and_refunded_with_the_shipping()
    {
        var verdict = ReturnVerdict.Of(Claim(("A", 2, 500)), [new ReceivedLine("A", 2, ReturnCondition.Sellable)]);
        Assert.Equal(1_000 + 599, verdict.Refund.Amount);
        Assert.Equal(2, Assert.Single(verdict.Sellable).Quantity);
    }

    [Fact]
    public void What_is_broken_is_refunded_and_not_restocked()
    {
        var verdict = ReturnVerdict.Of(Claim(("A", 2, 500)),
            [new ReceivedLine("A", 1, ReturnCondition.Sellable), new ReceivedLine("A", 1, ReturnCondition.Damaged)]);
        Assert.Equal(1_000 + 599, verdict.Refund.Amount);
        Assert.Equal(1, Assert.Single(verdict.Sellable).Quantity);
        Assert.Equal(2, Assert.Single(verdict.Accepted).Quantity);
    }

    [Fact]
    public void Of_what_is_missing_or_refused_neither_its_price_nor_the_shipping_goes_back()
    {
        var verdict = ReturnVerdict.Of(Claim(("A", 3, 500), ("B", 1, 70)),
            [new ReceivedLine("A", 1, ReturnCondition.Sellable), new ReceivedLine("A", 1, ReturnCondition.Refused)]);
        Assert.Equal(500, verdict.Refund.Amount);
        Assert.Equal(1, Assert.Single(verdict.Accepted).Quantity);
    }

    [Fact]
    public void Whatever_comes_no_more_is_refunded_or_restocked_than_was_claimed() =>
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, 5], Gen.Int[-2, 9], Gen.Int[-2, 9], Gen.Int[0, 9])
            .Sample((a, b, sellable, damaged, other) =>
            {
                var claim = Claim(("A", a, 500), ("B", b, 70));
                var verdict = ReturnVerdict.Of(claim,
                [
                    new ReceivedLine("A", sellable, ReturnCondition.Sellable),
                    new ReceivedLine("A", damaged, ReturnCondition.Damaged),
                    new ReceivedLine("C", other, ReturnCondition.Sellable),
                ]);
                return verdict.Refund.Amount <= a * 500 + b * 70 + 599
                    && verdict.Accepted.Sum(line => line.Quantity) <= a
                    && verdict.Sellable.Sum(line => line.Quantity) <= verdict.Accepted.Sum(line => line.Quantity)
                    && verdict.Accepted.All(line => line.Quantity > 0);
            });

    private static ReturnClaim Claim(params (string Sku, int Quantity, long Price)[] lines) => new(
        "a@example.org", new Address("A", "1 Main St", null, "Bloomington", "MN", "55425", "US"), "W1",
        [.. lines.Select(line => new ClaimedLine(line.Sku, line.Quantity, new Money(line.Price, "USD")))],
        new Money(599, "USD"));
}
