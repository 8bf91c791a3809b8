using Microsoft.EntityFrameworkCore;
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

    /// <summary>When the provider was first called, by the database's clock.</summary>
    public DateTimeOffset OpenedAt { get; init; }

    public Money Total => new(Amount, Currency);
}

internal enum PaymentState
{
    /// <summary>The provider is being asked, or has not answered.</summary>
    Authorizing,
    Authorized,
    Declined,

    /// <summary>Nothing is held, and nothing will be.</summary>
    Voided,
}

/// <summary>A movement of money that the provider has confirmed. Append-only; one of a kind for each order.</summary>
internal sealed class PaymentEntry
{
    public Guid OrderId { get; init; }
    public PaymentEntryKind Kind { get; init; }
    public long Amount { get; init; }
    public string Currency { get; init; } = "";
    public string ProviderReference { get; init; } = "";
    public DateTimeOffset At { get; init; }
}

internal enum PaymentEntryKind
{
    Authorization,
    Void,
}

internal sealed class PaymentTable : IEntityTypeConfiguration<Payment>
{
    public void Configure(EntityTypeBuilder<Payment> payment)
    {
        payment.ToTable("payment", table => table.HasCheckConstraint("ck_payment_amount", "amount >= 0"));
        payment.HasStorageParameter("fillfactor", 70);
        payment.HasKey(row => row.OrderId);
        payment.Property(row => row.OrderId).ValueGeneratedNever();
        payment.Property(row => row.Version).IsConcurrencyToken();
        payment.Property(row => row.Status).HasConversion(UpperSnake.Of<PaymentState>());
        payment.Property(row => row.OpenedAt).HasDefaultValueSql("now()");
        payment.Ignore(row => row.Total);
        payment.HasIndex(row => row.OpenedAt).HasFilter("void_reason is not null and status in ('AUTHORIZING', 'AUTHORIZED')")
            .HasDatabaseName("ix_payment_to_void");
    }
}

internal sealed class PaymentEntryTable : IEntityTypeConfiguration<PaymentEntry>
{
    public void Configure(EntityTypeBuilder<PaymentEntry> entry)
    {
        entry.ToTable("payment_entry");
        entry.HasKey(row => new { row.OrderId, row.Kind });
        entry.Property(row => row.Kind).HasConversion(UpperSnake.Of<PaymentEntryKind>());
        entry.Property(row => row.At).HasDefaultValueSql("now()");
    }
}
