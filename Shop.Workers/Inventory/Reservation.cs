using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Shop.Workers.Inventory;

/// <summary>
/// What one order has of the stock. Its key is the order, which makes every command repeatable: whatever comes again
/// finds what came of it. Only <see cref="Stockroom"/> writes it.
/// </summary>
internal sealed class Reservation
{
    public required Guid OrderId { get; init; }

    /// <summary>One of the words of <see cref="ReservationState"/>.</summary>
    public required string State { get; init; }

    /// <summary>
    /// The allocations, or if it was rejected the shortages. See <see cref="ReservationLines"/>. What is shipped is no
    /// longer among them: a sale that has left has no lines.
    /// </summary>
    public required string Lines { get; init; }

    /// <summary>What it takes of sales: see <see cref="Purchase"/>. Null where it takes nothing of one.</summary>
    public string? Purchases { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Why it was released.</summary>
    public string? Reason { get; init; }
}

internal static class ReservationState
{
    public const string Held = "HELD";
    public const string Sold = "SOLD";

    /// <summary>Also the mark of a release that came before its reservation; that one has no lines.</summary>
    public const string Released = "RELEASED";

    public const string Rejected = "REJECTED";
}

internal sealed class ReservationConfiguration : IEntityTypeConfiguration<Reservation>
{
    public void Configure(EntityTypeBuilder<Reservation> builder)
    {
        builder.ToTable("reservation", table =>
        {
            table.HasCheckConstraint(
                "ck_reservation_state",
                $"state in ('{ReservationState.Held}', '{ReservationState.Sold}', '{ReservationState.Released}', "
                + $"'{ReservationState.Rejected}')");
            table.HasCheckConstraint(
                "ck_reservation_held_expires", $"state <> '{ReservationState.Held}' or expires_at is not null");
        });
        builder.HasKey(reservation => reservation.OrderId);
        builder.Property(reservation => reservation.OrderId).ValueGeneratedNever();
        builder.Property(reservation => reservation.Lines).HasColumnType("jsonb");
        builder.Property(reservation => reservation.Purchases).HasColumnType("jsonb");
        builder.Property(reservation => reservation.CreatedAt).HasDefaultValueSql("now()");
        builder.HasIndex(reservation => reservation.ExpiresAt)
            .HasDatabaseName("ix_reservation_held_expires_at")
            .HasFilter($"state = '{ReservationState.Held}'");
    }
}
