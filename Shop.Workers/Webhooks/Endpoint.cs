using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Shop.Contracts.Webhooks;

namespace Shop.Workers.Webhooks;

/// <summary>An address that hears of the orders of a person.</summary>
internal sealed class Endpoint
{
    public Guid Id { get; init; }

    /// <summary><c>user:{id}</c>.</summary>
    public string Owner { get; init; } = "";

    public string Url { get; init; } = "";
    public string? Description { get; init; }

    /// <summary>What its deliveries are signed with, sealed for its id.</summary>
    public byte[] SealedSecret { get; init; } = [];

    /// <summary>One of the words of <see cref="WebhookStatus"/>.</summary>
    public string Status { get; init; } = WebhookStatus.Active;

    /// <summary>Why the last delivery failed; null once one succeeds.</summary>
    public string? LastError { get; init; }

    public DateTimeOffset? FailedAt { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>What an address is to hear of one order. It is sent after those of the same order that come before it.</summary>
internal sealed class Delivery
{
    /// <summary>The same at every attempt: receivers know a repeat by it.</summary>
    public Guid Id { get; init; }

    public Guid EndpointId { get; init; }
    public Guid OrderId { get; init; }

    /// <summary>What of the order it tells of: one of its returns, or the order itself.</summary>
    public Guid SubjectId { get; init; }

    /// <summary>Its place in the life of an order, as <see cref="OrderNews"/> says.</summary>
    public int Sequence { get; init; }

    public string Type { get; init; } = "";

    /// <summary>The very text that is sent and signed.</summary>
    public string Body { get; init; } = "";

    /// <summary>One of the words of <see cref="WebhookDeliveryStatus"/>.</summary>
    public string Status { get; init; } = WebhookDeliveryStatus.Pending;

    public int Attempts { get; init; }

    /// <summary>When it is tried next; of one that is in hand, until when nobody else tries it.</summary>
    public DateTimeOffset DueAt { get; init; }

    /// <summary>Of HTTP, of the last answer.</summary>
    public int? ResponseStatus { get; init; }

    public string? LastError { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? SettledAt { get; init; }
}

internal sealed class EndpointTable : IEntityTypeConfiguration<Endpoint>
{
    public void Configure(EntityTypeBuilder<Endpoint> endpoint)
    {
        endpoint.ToTable("endpoint");
        endpoint.HasKey(row => row.Id);
        endpoint.Property(row => row.Id).ValueGeneratedNever();
        endpoint.Property(row => row.Owner).UseCollation("C");
        endpoint.Property(row => row.CreatedAt).HasDefaultValueSql("now()");
        endpoint.HasIndex(row => row.Owner);
        endpoint.HasIndex(row => row.FailedAt).HasFilter("status <> 'ACTIVE'").HasDatabaseName("ix_endpoint_escalated");
    }
}

internal sealed class DeliveryTable : IEntityTypeConfiguration<Delivery>
{
    public void Configure(EntityTypeBuilder<Delivery> delivery)
    {
        delivery.ToTable("delivery");
        delivery.HasKey(row => row.Id);
        delivery.Property(row => row.Id).ValueGeneratedNever();
        delivery.Property(row => row.DueAt).HasDefaultValueSql("now()");
        delivery.Property(row => row.CreatedAt).HasDefaultValueSql("now()");
        delivery.HasOne<Endpoint>().WithMany().HasForeignKey(row => row.EndpointId).OnDelete(DeleteBehavior.Cascade);
        delivery.HasIndex(row => new { row.EndpointId, row.OrderId, row.Type, row.SubjectId }).IsUnique();
        delivery.HasIndex(row => new { row.EndpointId, row.CreatedAt });
        delivery.HasIndex(row => row.DueAt).HasFilter("status = 'PENDING'").HasDatabaseName("ix_delivery_due");
        delivery.HasIndex(row => new { row.EndpointId, row.OrderId, row.Sequence, row.CreatedAt, row.Id })
            .HasFilter("status = 'PENDING'").HasDatabaseName("ix_delivery_in_order");
        delivery.HasIndex(row => row.SettledAt);
    }
}
