using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Shop.Messaging.Hosting;
using Shop.Messaging.Outbox;

namespace Shop.Workers.Payments;

/// <summary>
/// Where our books, the provider's journal and the orders disagree, or what we could not do: at most one of a kind for
/// each order. What was not mended is for people, who see it in <c>payments.escalation_view</c>.
/// </summary>
internal sealed class Finding
{
    private static readonly Guid Namespace = new("5d2f0c1e-8f5b-4a5e-9c55-6d8f1b0a7e21");

    public Guid Id { get; init; }

    /// <summary>Of a payment that names no order, an id made from the provider's.</summary>
    public Guid OrderId { get; init; }

    public FindingKind Kind { get; init; }
    public FindingState State { get; set; }

    /// <summary>Amounts and references; nothing of a person.</summary>
    public string Detail { get; init; } = "";

    public DateTimeOffset RaisedAt { get; init; }
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>When it was last compared while it was open.</summary>
    public DateTimeOffset CheckedAt { get; init; }

    /// <summary>What was done, or why it was dismissed, and by whom.</summary>
    public string? Closed { get; init; }

    public static Finding Of(Guid orderId, FindingKind kind, string detail, FindingState state = FindingState.Open) => new()
    {
        Id = IdOf(orderId, kind),
        OrderId = orderId,
        Kind = kind,
        State = state,
        Detail = detail,
    };

    public static Guid IdOf(Guid orderId, FindingKind kind) => MessageIds.Derive(orderId, Namespace, (int)kind);
}

/// <summary>The numbers are part of findings' ids: new ones go to the end.</summary>
internal enum FindingKind
{
    /// <summary>The provider holds or took money for an order that there is not.</summary>
    ChargedWithoutOrder,

    /// <summary>The order ended, and its money is still held.</summary>
    AuthorizedAndForgotten,

    /// <summary>The order ended, and money was taken that did not go back.</summary>
    CapturedForEndedOrder,

    /// <summary>The provider has two payments of one order that hold or took money.</summary>
    ChargedTwice,

    /// <summary>The provider took more than we asked for, or than the order costs.</summary>
    CapturedTooMuch,

    /// <summary>Our books have a refund that the provider does not.</summary>
    RefundMissing,

    /// <summary>The provider's payment is of another amount or currency than ours.</summary>
    AmountDiffers,

    /// <summary>Our books have a payment or a movement that the provider does not.</summary>
    UnknownToProvider,

    /// <summary>The provider made a movement that our books did not have.</summary>
    MovementMissed,

    /// <summary>A void was asked for though money was taken: only a refund helps.</summary>
    VoidAfterCapture,

    /// <summary>The provider does not say what became of a capture or a refund.</summary>
    Unanswered,

    /// <summary>The provider holds nothing any more for an order that goes on.</summary>
    AuthorizationLost,
}

internal enum FindingState
{
    Open,
    Mended,
    Dismissed,
}

internal sealed class FindingTable : IEntityTypeConfiguration<Finding>
{
    public void Configure(EntityTypeBuilder<Finding> finding)
    {
        finding.ToTable("finding");
        finding.HasKey(row => row.Id);
        finding.Property(row => row.Id).ValueGeneratedNever();
        finding.Property(row => row.Kind).HasConversion(UpperSnake.Of<FindingKind>());
        finding.Property(row => row.State).HasConversion(UpperSnake.Of<FindingState>());
        finding.Property(row => row.RaisedAt).HasDefaultValueSql("now()");
        finding.Property(row => row.CheckedAt).HasDefaultValueSql("now()");
        finding.HasIndex(row => new { row.OrderId, row.Kind }).IsUnique();
        finding.HasIndex(row => new { row.RaisedAt, row.Id }).HasFilter("state = 'OPEN'").HasDatabaseName("ix_finding_open");
    }
}
