using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Shop.Messaging.Outbox;
using Stripe;

namespace Shop.Workers.Payments;

/// <summary>A payment as the provider's journal last said, in minor units.</summary>
internal sealed class ProviderPayment
{
    private static readonly Guid Namespace = new("f5a3e5f0-30b5-4d0c-8b93-4f21f4f7a0c9");

    /// <summary>Such as <c>pi_…</c>.</summary>
    public string Reference { get; init; } = "";

    /// <summary>The order that it names; where it names none, an id made from its reference.</summary>
    public Guid OrderId { get; init; }

    public bool NamesOrder { get; init; }
    public long Amount { get; init; }
    public string Currency { get; init; } = "";

    /// <summary>The provider's word, such as <c>requires_capture</c>.</summary>
    public string Status { get; init; } = "";

    /// <summary>What is held.</summary>
    public long Capturable { get; init; }

    /// <summary>What was taken; refunds do not lessen it.</summary>
    public long Received { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public static ProviderPayment Of(PaymentIntent intent)
    {
        var namesOrder = Guid.TryParse(intent.Metadata?.GetValueOrDefault("order_id"), out var orderId);
        return new ProviderPayment
        {
            Reference = intent.Id,
            OrderId = namesOrder ? orderId : IdOf(intent.Id),
            NamesOrder = namesOrder,
            Amount = intent.Amount,
            Currency = intent.Currency.ToUpperInvariant(),
            Status = intent.Status,
            Capturable = intent.AmountCapturable,
            Received = intent.AmountReceived,
            CreatedAt = new DateTimeOffset(intent.Created, TimeSpan.Zero),
        };
    }

    /// <summary>An id of ours for what has only one of the provider's.</summary>
    public static Guid IdOf(string reference) => MessageIds.Derive(
        new Guid(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(reference)).AsSpan(0, 16)),
        Namespace, 0);
}

/// <summary>A refund as the provider's journal last said.</summary>
internal sealed class ProviderRefund
{
    /// <summary>Such as <c>re_…</c>.</summary>
    public string Id { get; init; } = "";

    /// <summary>The payment that it is of.</summary>
    public string Reference { get; init; } = "";

    /// <summary>Ours, which it names; where it names none, an id made from its own.</summary>
    public Guid RefundId { get; init; }

    public long Amount { get; init; }
    public string Status { get; init; } = "";
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Whether the money went back, or is on its way.</summary>
    public bool Counts => Status is not ("failed" or "canceled");

    public static ProviderRefund Of(Refund refund) => new()
    {
        Id = refund.Id,
        Reference = refund.PaymentIntentId ?? "",
        RefundId = Guid.TryParse(refund.Metadata?.GetValueOrDefault("refund_id"), out var id)
            ? id
            : ProviderPayment.IdOf(refund.Id),
        Amount = refund.Amount,
        Status = refund.Status,
        CreatedAt = new DateTimeOffset(refund.Created, TimeSpan.Zero),
    };
}

/// <summary>How far one of the provider's lists has been compared. A window is walked from its newest to its oldest.</summary>
internal sealed class Sweep
{
    public string Name { get; init; } = "";

    /// <summary>The beginning of all that was ever looked at.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>Everything made before was looked at once.</summary>
    public DateTimeOffset Through { get; init; }

    /// <summary>The window that is being walked; null between two.</summary>
    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? To { get; init; }

    /// <summary>The last that was seen in it.</summary>
    public string? After { get; init; }

    public DateTimeOffset? DoneAt { get; init; }
}

internal sealed class ProviderPaymentTable : IEntityTypeConfiguration<ProviderPayment>
{
    public void Configure(EntityTypeBuilder<ProviderPayment> payment)
    {
        payment.ToTable("provider_payment");
        payment.HasKey(row => row.Reference);
        payment.HasIndex(row => row.OrderId);
        payment.HasIndex(row => row.CreatedAt);
    }
}

internal sealed class ProviderRefundTable : IEntityTypeConfiguration<ProviderRefund>
{
    public void Configure(EntityTypeBuilder<ProviderRefund> refund)
    {
        refund.ToTable("provider_refund");
        refund.HasKey(row => row.Id);
        refund.Ignore(row => row.Counts);
        refund.HasIndex(row => row.Reference);
        refund.HasIndex(row => row.CreatedAt);
    }
}

internal sealed class SweepTable : IEntityTypeConfiguration<Sweep>
{
    public void Configure(EntityTypeBuilder<Sweep> sweep)
    {
        sweep.ToTable("sweep");
        sweep.HasKey(row => row.Name);
        sweep.Property(row => row.From).HasColumnName("window_from");
        sweep.Property(row => row.To).HasColumnName("window_to");
        sweep.Property(row => row.After).HasColumnName("after_id");
    }
}
