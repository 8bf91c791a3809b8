using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Shop.Contracts;
using Shop.Messaging.Hosting;

namespace Shop.Workers.Payments;

/// <summary>
/// An order's payment, at most one. Its row is there before the provider is called, so that a call whose answer is lost
/// is known to have been made; it is also what makes every command repeatable.
/// </summary>
internal sealed class Payment
{
    public Guid OrderId { get; init; }
    public int Version { get; init; }
    public PaymentState Status { get; set; }
    public long Amount { get; init; }
    public string Currency { get; init; } = "";

    /// <summary>The provider's token for the card.</summary>
    public string PaymentMethod { get; init; } = "";

    public string? ProviderReference { get; set; }
    public string? DeclineCode { get; set; }
    public string? DeclineDetail { get; set; }

    /// <summary>Why the money must go back, once it is known where it is.</summary>
    public string? VoidReason { get; set; }

    /// <summary>What was taken of it, in minor units as all that follows.</summary>
    public long CapturedAmount { get; set; }

    /// <summary>What the provider is being asked to take.</summary>
    public long CapturingAmount { get; set; }

    /// <summary>Of what was taken, what no parcel has been paid with yet: a card that does not take parts.</summary>
    public long CapturedAhead { get; set; }

    /// <summary>What was given back of what was taken.</summary>
    public long RefundedAmount { get; set; }

    /// <summary>What the provider is being asked to give back.</summary>
    public long RefundingAmount { get; set; }

    /// <summary>When the provider was first called, by the database's clock.</summary>
    public DateTimeOffset OpenedAt { get; init; }

    public Money Total => new(Amount, Currency);

    /// <summary>Whether money of it was taken, or is being taken, and has not all gone back.</summary>
    public bool HoldsCaptured => CapturingAmount > 0 || RefundedAmount < CapturedAmount;
}

internal enum PaymentState
{
    /// <summary>The provider is being asked, or has not answered.</summary>
    Authorizing,

    /// <summary>Money is held; a part of it may have been taken.</summary>
    Authorized,

    /// <summary>What was to be taken is taken, and nothing more is held.</summary>
    Captured,
    Declined,

    /// <summary>Nothing is held, and nothing will be.</summary>
    Voided,
}

/// <summary>A movement of money that the provider has confirmed. Append-only; one of a kind for each reference.</summary>
internal sealed class PaymentEntry
{
    public Guid OrderId { get; init; }
    public PaymentEntryKind Kind { get; init; }

    /// <summary>Ours: of a capture or refund its id. Of an authorisation and its void there is one, and this is empty.</summary>
    public Guid ReferenceId { get; init; }

    public long Amount { get; init; }
    public string Currency { get; init; } = "";
    public string ProviderReference { get; init; } = "";
    public DateTimeOffset At { get; init; }
}

internal enum PaymentEntryKind
{
    Authorization,
    Void,
    Capture,
    Refund,
}

internal sealed class PaymentTable : IEntityTypeConfiguration<Payment>
{
    public void Configure(EntityTypeBuilder<Payment> payment)
    {
        payment.ToTable("payment", table =>
        {
            table.HasCheckConstraint("ck_payment_amount", "amount >= 0");
            table.HasCheckConstraint("ck_payment_captured",
                "captured_amount >= 0 and capturing_amount >= 0 and captured_amount + capturing_amount <= amount");
            table.HasCheckConstraint("ck_payment_refunded",
                "refunded_amount >= 0 and refunding_amount >= 0 and refunded_amount + refunding_amount <= captured_amount");
            table.HasCheckConstraint("ck_payment_ahead", "captured_ahead between 0 and captured_amount");
        });
        payment.HasStorageParameter("fillfactor", 70);
        payment.HasKey(row => row.OrderId);
        payment.Property(row => row.OrderId).ValueGeneratedNever();
        payment.Property(row => row.Version).IsConcurrencyToken();
        payment.Property(row => row.Status).HasConversion(UpperSnake.Of<PaymentState>());
        // The row is updated by who inserted it, without having read what the database put there.
        payment.Property(row => row.OpenedAt).HasDefaultValueSql("now()")
            .Metadata.SetAfterSaveBehavior(PropertySaveBehavior.Ignore);
        payment.Ignore(row => row.Total);
        payment.Ignore(row => row.HoldsCaptured);
        foreach (var amount in new[]
        {
            nameof(Payment.CapturedAmount), nameof(Payment.CapturingAmount), nameof(Payment.CapturedAhead),
            nameof(Payment.RefundedAmount), nameof(Payment.RefundingAmount),
        })
            payment.Property<long>(amount).HasDefaultValue(0L).ValueGeneratedNever();
        payment.HasIndex(row => row.OpenedAt).HasFilter("void_reason is not null and status in ('AUTHORIZING', 'AUTHORIZED')")
            .HasDatabaseName("ix_payment_to_void");
    }
}

internal sealed class PaymentEntryTable : IEntityTypeConfiguration<PaymentEntry>
{
    public void Configure(EntityTypeBuilder<PaymentEntry> entry)
    {
        entry.ToTable("payment_entry");
        entry.HasKey(row => new { row.OrderId, row.Kind, row.ReferenceId });
        // Rows of before captures, and of hosts that do not know them yet.
        entry.Property(row => row.ReferenceId).HasDefaultValue(Guid.Empty).ValueGeneratedNever();
        entry.Property(row => row.Kind).HasConversion(UpperSnake.Of<PaymentEntryKind>());
        entry.Property(row => row.At).HasDefaultValueSql("now()");
    }
}
