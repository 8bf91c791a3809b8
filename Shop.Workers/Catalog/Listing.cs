using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Shop.Workers.Catalog;

/// <summary>
/// That a product stands on the page of a category, its own or one above, with what pages are sorted by: a page is a
/// walk along one index. Triggers write it in the transaction that changes the product, its rating or the path of its
/// category; nobody else does.
/// </summary>
internal sealed class Listing
{
    /// <summary>Instead of a category: the whole catalogue.</summary>
    public const string Everything = "";

    public string CategoryId { get; init; } = "";
    public string Sku { get; init; } = "";
    public long Popularity { get; init; }

    /// <summary>In minor units.</summary>
    public long Price { get; init; }

    /// <summary>When the product was created: microseconds since 1970.</summary>
    public long Newest { get; init; }

    /// <summary>By the average, then by how many gave it.</summary>
    public long Rating { get; init; }
}

internal sealed class ListingConfiguration : IEntityTypeConfiguration<Listing>
{
    public void Configure(EntityTypeBuilder<Listing> builder)
    {
        builder.ToTable("listing");
        builder.HasKey(listing => new { listing.Sku, listing.CategoryId });
        builder.Property(listing => listing.CategoryId).UseCollation("C");
        builder.Property(listing => listing.Sku).UseCollation("C");
        builder.HasIndex(listing => new { listing.CategoryId, listing.Popularity, listing.Sku })
            .HasDatabaseName("ix_listing_popularity");
        builder.HasIndex(listing => new { listing.CategoryId, listing.Price, listing.Sku })
            .HasDatabaseName("ix_listing_price");
        builder.HasIndex(listing => new { listing.CategoryId, listing.Newest, listing.Sku })
            .HasDatabaseName("ix_listing_newest");
        builder.HasIndex(listing => new { listing.CategoryId, listing.Rating, listing.Sku })
            .HasDatabaseName("ix_listing_rating");
        // What moved on leaves dead entries where a page begins.
        builder.HasStorageParameter("autovacuum_vacuum_scale_factor", 0.02m);
        builder.HasStorageParameter("autovacuum_vacuum_insert_scale_factor", 0.05m);
    }
}
