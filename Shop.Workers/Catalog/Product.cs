using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Shop.Messaging.Hosting;

namespace Shop.Workers.Catalog;

/// <summary>
/// What is for sale. Written by <see cref="ProductWriter"/>, its rating by <see cref="Ratings"/>.
/// </summary>
internal sealed class Product
{
    public string Sku { get; init; } = "";
    public string Title { get; init; } = "";
    public string Description { get; init; } = "";
    public string? Brand { get; init; }
    public string CategoryId { get; init; } = "";
    public long PriceAmount { get; init; }
    public string Currency { get; init; } = "";
    public IReadOnlyList<string> Images { get; init; } = [];
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();
    public string? SellerId { get; init; }
    public bool Active { get; init; }
    public long Popularity { get; init; }

    /// <summary>What reviewers gave, from 1 to 5; 0 while there are none. It lags, and is no change of the product.</summary>
    public double RatingAverage { get; init; }

    public int RatingCount { get; init; }

    /// <summary>Counts the changes from 1.</summary>
    public long Version { get; init; }

    /// <summary>When the command was given that made it so, if that is known: an older one that comes late is past.</summary>
    public DateTimeOffset? PutAt { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }
}

internal sealed class ProductConfiguration : IEntityTypeConfiguration<Product>
{
    public void Configure(EntityTypeBuilder<Product> builder)
    {
        builder.ToTable("product", table =>
        {
            table.HasCheckConstraint("ck_product_sku_shape", "sku ~ '^[A-Z0-9][A-Z0-9-]{0,63}$'");
            table.HasCheckConstraint("ck_product_price_not_negative", "price_amount >= 0");
            table.HasCheckConstraint("ck_product_currency_shape", "currency ~ '^[A-Z]{3}$'");
            table.HasCheckConstraint("ck_product_images_shape", "jsonb_typeof(images) = 'array'");
            table.HasCheckConstraint("ck_product_attributes_shape", "jsonb_typeof(attributes) = 'object'");
            table.HasCheckConstraint("ck_product_popularity_not_negative", "popularity >= 0");
            table.HasCheckConstraint("ck_product_version_positive", "version >= 1");
            table.HasCheckConstraint("ck_product_rating", "rating_average between 0 and 5 and rating_count >= 0");
        });
        builder.HasKey(product => product.Sku);
        builder.Property(product => product.Sku).UseCollation("C");
        builder.Property(product => product.CategoryId).UseCollation("C");
        builder.Property(product => product.Images).HasJsonb();
        builder.Property(product => product.Attributes).HasJsonb();
        builder.Property(product => product.CreatedAt).HasDefaultValueSql("now()");
        builder.Property(product => product.UpdatedAt).HasDefaultValueSql("now()");
        builder.Property(product => product.RatingAverage).HasDefaultValue(0.0);
        builder.Property(product => product.RatingCount).HasDefaultValue(0);
        // A category's active products are counted in the index alone.
        builder.HasIndex(product => new { product.CategoryId, product.Active });
        builder.HasOne<Category>().WithMany().HasForeignKey(product => product.CategoryId)
            .OnDelete(DeleteBehavior.Restrict);
    }
}
