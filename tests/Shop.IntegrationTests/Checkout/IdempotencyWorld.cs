using System.Collections.Immutable;

namespace Shop.IntegrationTests.Checkout;

/// <summary>What is promised of one buyer's keys: which were accepted, with what, as which order; and what is in the cart.</summary>
internal sealed record IdempotencyWorld(
    int InCart, ImmutableSortedDictionary<string, (string Payload, Guid Order)> Accepted)
{
    public static readonly IdempotencyWorld Empty = new(
        0, ImmutableSortedDictionary.Create<string, (string Payload, Guid Order)>(StringComparer.Ordinal));

    public IdempotencyWorld Add() => this with { InCart = InCart + 1 };

    /// <summary>A checkout that was accepted: now, or, if the answer says so, before.</summary>
    /// <returns>Null if it would not have been.</returns>
    public IdempotencyWorld? Accept(string key, string payload, Guid order, int units, bool isReplay)
    {
        if (Accepted.TryGetValue(key, out var first))
            return isReplay && first == (payload, order) ? this : null;
        return !isReplay && InCart > 0 && units == InCart && Accepted.Values.All(known => known.Order != order)
            ? new IdempotencyWorld(0, Accepted.Add(key, (payload, order)))
            : null;
    }

    /// <summary>One that was refused, since its key stands for another payload.</summary>
    public IdempotencyWorld? Reuse(string key, string payload) =>
        Accepted.TryGetValue(key, out var first) && first.Payload != payload ? this : null;

    /// <summary>One that found nothing to order, or nothing that another does not hold until it knows better.</summary>
    public IdempotencyWorld? FindNothing(string key, bool isBeside) =>
        (InCart == 0 || isBeside) && !Accepted.ContainsKey(key) ? this : null;

    public override string ToString() =>
        $"{InCart}; {string.Join(' ', Accepted.Select(each => $"{each.Key}={each.Value.Payload}/{each.Value.Order}"))}";
}
