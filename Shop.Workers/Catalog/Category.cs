using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Shop.Messaging.Hosting;

namespace Shop.Workers.Catalog;

/// <summary>A node of the category tree. Its path leads from the root to itself.</summary>
internal sealed class Category
{
    public const int MaxIdLength = 64;
    public const int MaxNameLength = 200;
    public const int MaxDepth = 16;

    public string Id { get; init; } = "";
    public string Name { get; init; } = "";
    public string? ParentId { get; init; }
    public IReadOnlyList<CategoryStep> Path { get; init; } = [];
}

internal sealed record CategoryStep(string Id, string Name);

internal sealed class CategoryConfiguration : IEntityTypeConfiguration<Category>
{
    public void Configure(EntityTypeBuilder<Category> builder)
    {
        builder.ToTable("category", table =>
        {
            table.HasCheckConstraint("ck_category_id_shape", $"id ~ '^[A-Za-z0-9_-]{{1,{Category.MaxIdLength}}}$'");
            table.HasCheckConstraint("ck_category_path_shape", "jsonb_typeof(path) = 'array'");
            table.HasCheckConstraint("ck_category_parent_is_another", "parent_id <> id");
        });
        builder.HasKey(category => category.Id);
        builder.Property(category => category.Id).UseCollation("C");
        builder.Property(category => category.ParentId).UseCollation("C");
        builder.Property(category => category.Path).HasJsonb();
        builder.HasOne<Category>().WithMany().HasForeignKey(category => category.ParentId)
            .OnDelete(DeleteBehavior.Restrict);
    }
}
