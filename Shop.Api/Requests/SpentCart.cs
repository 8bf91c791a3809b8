using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Shop.Api.Cart;

namespace Shop.Api.Requests;

/// <summary>
/// The end of one generation of a cart, written once: it was ordered, in the commit that accepted the order; or the
/// checkout that had frozen it was given up, and cannot be accepted any more.
/// </summary>
internal sealed class SpentCart
{
    /// <summary>For longer than Redis keeps a cart, so that none comes back whose end is forgotten.</summary>
    public const int DaysKept = CartRedis.LongestLifeInDays + 1;

    /// <summary>The cart's generation.</summary>
    public required Guid CartId { get; init; }

    /// <summary>Null if it was let go.</summary>
    public required Guid? OrderId { get; init; }

    /// <summary>By the database's clock.</summary>
    public DateTimeOffset CreatedAt { get; init; }
}

internal sealed class SpentCartTable : IEntityTypeConfiguration<SpentCart>
{
    public const string Key = "pk_spent_cart";

    public void Configure(EntityTypeBuilder<SpentCart> cart)
    {
        cart.ToTable("spent_cart");
        cart.HasKey(row => row.CartId).HasName(Key);
        cart.Property(row => row.CartId).ValueGeneratedNever();
        cart.Property(row => row.CreatedAt).HasDefaultValueSql("now()");
        cart.HasIndex(row => row.CreatedAt);
    }
}
