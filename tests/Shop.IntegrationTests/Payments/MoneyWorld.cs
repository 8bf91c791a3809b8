using System.Collections.Immutable;

namespace Shop.IntegrationTests.Payments;

/// <summary>What is promised of the money of one order: what was taken, what went back, and what each that asked was told.</summary>
internal sealed record MoneyWorld(
    long Captured, long Refunded, ImmutableSortedDictionary<int, bool> Captures, ImmutableSortedDictionary<int, bool> Refunds)
{
    public static readonly MoneyWorld Nothing = new(
        0, 0, ImmutableSortedDictionary<int, bool>.Empty, ImmutableSortedDictionary<int, bool>.Empty);

    /// <summary>As <see cref="Till.Payment"/> ends with them.</summary>
    public string Sums => $" {Captured}/0/0 {Refunded}/0";

    public (MoneyWorld After, bool IsDone) Capture(int number, long amount, long total)
    {
        if (Captures.TryGetValue(number, out var was)) return (this, was);
        var isDone = amount <= total - Captured;
        return (this with
        {
            Captured = Captured + (isDone ? amount : 0), Captures = Captures.Add(number, isDone),
        }, isDone);
    }

    public (MoneyWorld After, bool IsDone) Refund(int number, long amount)
    {
        if (Refunds.TryGetValue(number, out var was)) return (this, was);
        var isDone = amount <= Captured - Refunded;
        return (this with
        {
            Refunded = Refunded + (isDone ? amount : 0), Refunds = Refunds.Add(number, isDone),
        }, isDone);
    }

    public override string ToString() => $"{Captured} {Refunded} "
        + $"{string.Join(',', Captures.Select(each => each.ToString()))} {string.Join(',', Refunds.Select(each => each.ToString()))}";
}
