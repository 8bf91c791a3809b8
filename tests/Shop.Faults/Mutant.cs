namespace Shop.Faults;

/// <summary>A guard, the patch that takes it out, and the faults that it guards against.</summary>
/// <param name="Name">Of the patch: <c>Mutants/{name}.patch</c>.</param>
/// <param name="Guard">What is taken out.</param>
/// <param name="Faults">Injected in this order.</param>
/// <param name="Seconds">For how long customers come at least.</param>
/// <param name="Buyers">Customers at once.</param>
internal sealed record Mutant(string Name, string Guard, IReadOnlyList<string> Faults, int Seconds, int Buyers)
{
    public static IReadOnlyList<Mutant> All { get; } =
    [
        new("stock-predicate", "the predicate that stock must be there, and the constraint behind it", ["rush", "rush", "rush"], 5, 6),
        new("unique-charge", "the provider's idempotency key follows from the order", ["provider-mute", "cut-provider"], 5, 8),
        new("idempotency-row", "the row of the accepted request", [], 15, 8),
        new("saga-version", "the version that the order's update asserts, and the history's key behind it",
            ["duplicate-and-shuffle"], 30, 24),
        new("outbox-write", "outgoing messages are written with the commit", ["crash-after-commit", "kill-rabbitmq"], 5, 8),
        new("ledger-line", "the ledger line of a released hold", [], 15, 8),
        new("inbox", "a message that was handled before is not handled again", ["duplicate-and-shuffle"], 8, 4),
        new("purchase-limit", "a person's limit in a sale: the decision, the statement's predicate and the constraint",
            ["pending-sale"], 5, 6),
    ];
}
