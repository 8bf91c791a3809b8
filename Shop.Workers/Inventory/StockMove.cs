using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Shop.Workers.Inventory;

/// <summary>
/// What was done once for a parcel or a return. Its key makes the command repeatable: what comes again finds it, and two
/// that come at once meet at it. Only <see cref="Stockroom"/> writes it.
/// </summary>
internal sealed class StockMove
{
    /// <summary>The parcel or the return.</summary>
    public required Guid SubjectId { get; init; }

    /// <summary>One of the words of <see cref="StockMoveKind"/>.</summary>
    public required string Kind { get; init; }

    public required Guid OrderId { get; init; }

    /// <summary>Whether it could not be done; the lines are then what fell short.</summary>
    public bool IsRefused { get; init; }

    /// <summary>See <see cref="ReservationLines"/>.</summary>
    public required string Lines { get; init; }

    public DateTimeOffset At { get; init; }
}

internal static class StockMoveKind
{
    public const string Shipped = "SHIPPED";
    public const string Reallocated = "REALLOCATED";
    public const string Returned = "RETURNED";
}

internal sealed class StockMoveConfiguration : IEntityTypeConfiguration<StockMove>
{
    public void Configure(EntityTypeBuilder<StockMove> builder)
    {
        builder.ToTable("stock_move");
        builder.HasKey(move => new { move.SubjectId, move.Kind });
        builder.Property(move => move.Lines).HasColumnType("jsonb");
        builder.Property(move => move.At).HasDefaultValueSql("now()");
    }
}
