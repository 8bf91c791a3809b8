using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Shop.Workers.Search;

/// <summary>One row: how far the comparison of catalogue and index has come.</summary>
internal sealed class DriftMark
{
    public bool Id { get; init; } = true;

    /// <summary>The last SKU that was compared; empty at the beginning.</summary>
    public string After { get; set; } = "";
}

internal sealed class DriftMarkConfiguration : IEntityTypeConfiguration<DriftMark>
{
    public void Configure(EntityTypeBuilder<DriftMark> builder)
    {
        builder.ToTable("drift_mark", table => table.HasCheckConstraint("ck_drift_mark_single", "id"));
        builder.HasKey(mark => mark.Id);
        builder.Property(mark => mark.Id).ValueGeneratedNever();
        builder.Property(mark => mark.After).UseCollation("C").HasColumnName("after_sku");
        builder.HasData(new DriftMark());
    }
}
