using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Shop.Messaging.Hosting;

namespace Shop.Workers.Catalog;

/// <summary>What is for sale. Written by <see cref="ProductWriter"/> alone.</summary>
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

    /// <summary>Counts the changes from 1.</summary>
    public long Version { get; init; }

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
        });
        builder.HasKey(product => product.Sku);
        builder.Property(product => product.Sku).UseCollation("C");
        builder.Property(product => product.CategoryId).UseCollation("C");
        builder.Property(product => product.Images).HasJsonb();
        builder.Property(product => product.Attributes).HasJsonb();
        builder.Property(product => product.CreatedAt).HasDefaultValueSql("now()");
        builder.Property(product => product.UpdatedAt).HasDefaultValueSql("now()");
        builder.HasOne<Category>().WithMany().HasForeignKey(product => product.CategoryId)
            .OnDelete(DeleteBehavior.Restrict);
    }
}
