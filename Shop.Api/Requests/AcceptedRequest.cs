using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Shop.Contracts;
using Shop.Contracts.Orders;
using Shop.Messaging.Hosting;

namespace Shop.Api.Requests;

/// <summary>
/// A checkout that was answered 202, with the very answer, so that a repeat of it gets the same. Written in one commit
/// with the command that starts the order; refusals leave no trace, and their keys can be used again.
/// </summary>
internal sealed class AcceptedRequest
{
    public required string Owner { get; init; }

    /// <summary>The client's idempotency key.</summary>
    public required string Key { get; init; }

    /// <summary>What was asked for: see <see cref="Requests.Fingerprint"/>.</summary>
    public required byte[] Fingerprint { get; init; }

    public required Guid OrderId { get; init; }
    public required int StatusCode { get; init; }
    public required IReadOnlyDictionary<string, string> Headers { get; init; }
    public required byte[] Body { get; init; }

    /// <summary>What is told of the order until its own record is there.</summary>
    public required AcceptedOrder Placed { get; init; }

    /// <summary>By the database's clock.</summary>
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>What an order begins with, as the order record will have it.</summary>
internal sealed record AcceptedOrder(
    IReadOnlyList<OrderLine> Lines, Address ShippingAddress, Money Total, DateTimeOffset AcceptedAt);

internal sealed class AcceptedRequestTable : IEntityTypeConfiguration<AcceptedRequest>
{
    public void Configure(EntityTypeBuilder<AcceptedRequest> request)
    {
        request.ToTable("accepted_request");
        request.HasKey(row => new { row.Owner, row.Key });
        request.Property(row => row.Owner).UseCollation("C");
        request.Property(row => row.Key).UseCollation("C");
        request.Property(row => row.Headers).HasJsonb();
        request.Property(row => row.Placed).HasJsonb();
        request.Property(row => row.CreatedAt).HasDefaultValueSql("now()");
        request.HasIndex(row => row.OrderId).IsUnique();
        request.HasIndex(row => row.CreatedAt);
    }
}
