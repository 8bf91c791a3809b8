using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Shop.Workers.Catalog;

/// <summary>How far the import of a file has come, so that one that was broken off goes on from there.</summary>
internal sealed class ImportedFile
{
    public string Name { get; init; } = "";

    /// <summary>Units of each product on each of its shelves; 0 if there were no shelves.</summary>
    public int Stock { get; init; }

    /// <summary>The SHA-256 of its bytes: one that was changed begins anew.</summary>
    public string Content { get; init; } = "";

    /// <summary>So many of its records, from the first on, are written for good.</summary>
    public int Records { get; init; }

    public bool Finished { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }
}

internal sealed class ImportedFileConfiguration : IEntityTypeConfiguration<ImportedFile>
{
    public void Configure(EntityTypeBuilder<ImportedFile> builder)
    {
        builder.ToTable("imported_file");
        builder.HasKey(file => new { file.Name, file.Stock });
        builder.Property(file => file.UpdatedAt).HasDefaultValueSql("now()");
    }
}
