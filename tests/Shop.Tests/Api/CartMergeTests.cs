using CsCheck;
using Shop.Api.Cart;
using Xunit;
using static Shop.Tests.Api.CartMergeModel;

namespace Shop.Tests.Api;

/// <summary>What a merge of carts promises; CsCheck prints the seed of a cart that breaks it.</summary>
public sealed class CartMergeTests
{
    [Fact]
    public void It_makes_no_difference_which_of_two_comes_first() => Gen.Select(Carts, Carts).Sample(
        (one, other) => Assert.Equal(Merge(one, other).Cart, Merge(other, one).Cart));

    [Fact]
    public void It_makes_no_difference_in_which_order_guests_carts_arrive() => Gen.Select(Carts, Carts, Carts).Sample(
        (person, one, other) => Assert.Equal(
            Merge(Merge(person, one).Cart, other).Cart, Merge(Merge(person, other).Cart, one).Cart));

    [Fact]
    public void It_makes_no_difference_which_are_merged_first() => Gen.Select(Carts, Carts, Carts).Sample(
        (one, two, three) => Assert.Equal(
            Merge(Merge(one, two).Cart, three).Cart, Merge(one, Merge(two, three).Cart).Cart));

    [Fact]
    public void An_empty_cart_changes_nothing() => Carts.Sample(
        cart => Assert.Equal(cart, Merge(cart, cart.Clear()).Cart));

    [Fact]
    public void Every_unit_is_in_the_cart_or_said_to_be_left_out() => Gen.Select(Carts, Carts).Sample((one, other) =>
    {
        var merged = Merge(one, other);
        Assert.Equal(one.Units() + other.Units(), merged.Cart.Units() + merged.LeftOut.Sum(left => (long)left.Units));
    });

    [Fact]
    public void It_stays_within_the_limits() => Gen.Select(Carts, Carts).Sample((one, other) =>
    {
        var cart = Merge(one, other).Cart;
        Assert.InRange(cart.Count, 0, CartLine.MostLines);
        Assert.All(cart.Values, line => Assert.InRange(line.Quantity, 1, CartLine.MostOfOne));
    });

    [Fact]
    public void A_line_of_one_alone_stays_as_it_was_where_there_is_room() => Gen.Select(Carts, Carts).Sample((one, other) =>
    {
        var merged = Merge(one, other).Cart;
        foreach (var (sku, line) in one)
            if (!other.ContainsKey(sku) && merged.TryGetValue(sku, out var kept))
                Assert.Equal(line, kept);
    });
}
