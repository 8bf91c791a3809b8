using Shop.Api.Http;

namespace Shop.Api.Checkout;

/// <summary>Why a checkout was not accepted.</summary>
internal static class CheckoutProblems
{
    public static ProblemResult KeyInFlight() =>
        Problems.KeyInFlight.Because("Repeat it when that one has been answered.");

    public static ProblemResult CartEmpty() => Problems.CartEmpty.Because("There is nothing in it to order.");

    /// <param name="pricing">Any but <see cref="Pricing.Agreed"/>.</param>
    /// <param name="hasGrown">Whether lines joined the cart with this very request.</param>
    public static ProblemResult Of(Pricing pricing, bool hasGrown) => pricing switch
    {
        Pricing.Changed changed => Problems.PriceChanged.With(new Problem
        {
            Detail = (hasGrown ? "What was put in before logging in has joined the cart. " : "")
                + "Nothing was ordered. Agree to the new total by sending it as expectedTotal under a new key.",
            Lines = changed.Lines,
            Total = changed.Total,
        }),
        Pricing.Unavailable unavailable => Problems.ProductUnavailable.With(new Problem
        {
            Detail = "Nothing was ordered. Take these out of the cart.",
            Skus = unavailable.Skus,
        }),
        Pricing.OfSeveralCurrencies several => Problems.ProductUnavailable.With(new Problem
        {
            Detail = "Nothing was ordered. An order is in one currency: take these out of the cart, or all others, which "
                + $"are sold in {several.Currency}.",
            Skus = several.Skus,
        }),
        Pricing.TooMuch tooMuch => Problems.Invalid(tooMuch.Errors),
        _ => throw new InvalidOperationException("There is no other way to price a cart."),
    };
}
