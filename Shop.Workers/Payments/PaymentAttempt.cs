using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Shop.Messaging.Hosting;

namespace Shop.Workers.Payments;

/// <summary>
/// A capture or a refund that was asked for. It is there before the provider is called, and says afterwards what became
/// of it, so that a repeat is answered and silence is asked about again.
/// </summary>
internal sealed class PaymentAttempt
{
    /// <summary>Ours: the parcel, or the return.</summary>
    public Guid Id { get; init; }

    public int Version { get; init; }
    public PaymentAttemptKind Kind { get; init; }
    public Guid OrderId { get; init; }
    public PaymentAttemptStatus Status { get; set; }

    /// <summary>What was asked for, in minor units.</summary>
    public long Amount { get; init; }

    public string Currency { get; init; } = "";

    /// <summary>
    /// What the provider moves for it: all that is held, where a card does not take parts; 0 if it was taken before.
    /// </summary>
    public long Moves { get; set; }

    /// <summary>Of a capture, whether nothing more is to be taken.</summary>
    public bool Final { get; init; }

    /// <summary>Of a refund.</summary>
    public string? Reason { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Failure { get; set; }

    /// <summary>By the database's clock.</summary>
    public DateTimeOffset OpenedAt { get; init; }

    /// <summary>How often it was asked about again, and when it is next, by the database's clock.</summary>
    public int Repeats { get; init; }

    public DateTimeOffset DueAt { get; init; }
}

internal enum PaymentAttemptKind
{
    Capture,
    Refund,
}

internal enum PaymentAttemptStatus
{
    /// <summary>The provider is being asked, or has not answered. The payment's row counts its amount.</summary>
    Pending,

    /// <summary>What is under way decides whether it can be done; the provider was not asked yet.</summary>
    Waiting,
    Done,
    Failed,
}

internal sealed class PaymentAttemptTable : IEntityTypeConfiguration<PaymentAttempt>
{
    public void Configure(EntityTypeBuilder<PaymentAttempt> attempt)
    {
        attempt.ToTable("payment_attempt");
        attempt.HasKey(row => row.Id);
        attempt.Property(row => row.Id).ValueGeneratedNever();
        attempt.Property(row => row.Version).IsConcurrencyToken();
        attempt.Property(row => row.Kind).HasConversion(UpperSnake.Of<PaymentAttemptKind>());
        attempt.Property(row => row.Status).HasConversion(UpperSnake.Of<PaymentAttemptStatus>());
        attempt.Property(row => row.OpenedAt).HasDefaultValueSql("now()");
        attempt.Property(row => row.DueAt).HasDefaultValueSql("now() + interval '15 seconds'");
        // The job's, which knows nothing of versions.
        foreach (var column in new[]
        {
            nameof(PaymentAttempt.OpenedAt), nameof(PaymentAttempt.DueAt), nameof(PaymentAttempt.Repeats),
        })
            attempt.Property(column).Metadata.SetAfterSaveBehavior(PropertySaveBehavior.Ignore);
        attempt.HasIndex(row => row.DueAt).HasFilter("status in ('PENDING', 'WAITING')")
            .HasDatabaseName("ix_payment_attempt_due_at");
        attempt.HasIndex(row => row.OrderId);
    }
}
