namespace Shop.Api.Ops;

/// <summary>What must hold, and whether it does.</summary>
/// <param name="Holds">Whether all of it does.</param>
/// <param name="Invariants">From I1 to I9.</param>
internal sealed record AuditView(bool Holds, IReadOnlyList<InvariantView> Invariants);

/// <summary>One invariant with its figures.</summary>
internal sealed record InvariantView
{
    public required string Id { get; init; }
    public required string Title { get; init; }
    public required bool Holds { get; init; }

    /// <summary>How many orders, payments, stock items or messages it was evaluated for.</summary>
    public required long Checked { get; init; }

    public required long Violations { get; init; }

    /// <summary>A few of the violations, or why there is nothing to check.</summary>
    public required IReadOnlyList<string> Details { get; init; }

    /// <summary>When it was evaluated, the longest ago where it has several parts (UTC); null if there is nothing to check.</summary>
    public required DateTime? EvaluatedAt { get; init; }
}
