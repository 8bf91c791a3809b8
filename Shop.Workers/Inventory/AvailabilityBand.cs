using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Shop.Contracts.Inventory;

namespace Shop.Workers.Inventory;

/// <summary>
/// The band that others were told of a SKU, written only when it moves. It is behind the stock by the time between two
/// runs of <see cref="PublishAvailabilityJob"/>, which alone writes it.
/// </summary>
internal sealed class AvailabilityBand
{
    /// <summary>The band of so many <c>units</c> that can still be promised, as SQL.</summary>
    public const string OfUnits =
        $"""
        case when units <= 0 then '{Availability.OutOfStock}' when units < 10 then '{Availability.LowStock}'
            else '{Availability.InStock}' end
        """;

    public string Sku { get; init; } = "";

    /// <summary>One of the words of <see cref="Availability"/>.</summary>
    public string Band { get; init; } = "";

    public DateTimeOffset ChangedAt { get; init; }
}

/// <summary>
/// How far the ledger has been read for bands; one row. Entries are numbered before they are committed, so that one with
/// a lower number may show up later: up to <see cref="Position"/> none will. <see cref="Candidate"/> becomes the next
/// position once every transaction that was under way when it was read has ended, and what they left has been read.
/// </summary>
internal sealed class AvailabilityProgress
{
    public int Id { get; init; }
    public long Position { get; init; }
    public long Candidate { get; init; }

    /// <summary>The first transaction that began after the candidate was read.</summary>
    public long CandidateXid { get; init; }

    public DateTimeOffset CandidateAt { get; init; }
}

internal sealed class AvailabilityBandConfiguration : IEntityTypeConfiguration<AvailabilityBand>
{
    public void Configure(EntityTypeBuilder<AvailabilityBand> builder)
    {
        builder.ToTable("availability", table => table.HasCheckConstraint(
            "ck_availability_band",
            $"band in ('{Availability.InStock}', '{Availability.LowStock}', '{Availability.OutOfStock}')"));
        builder.HasKey(band => band.Sku);
        builder.Property(band => band.ChangedAt).HasDefaultValueSql("now()");
        builder.HasStorageParameter("fillfactor", 80);
    }
}

internal sealed class AvailabilityProgressConfiguration : IEntityTypeConfiguration<AvailabilityProgress>
{
    public void Configure(EntityTypeBuilder<AvailabilityProgress> builder)
    {
        builder.ToTable(
            "availability_progress", table => table.HasCheckConstraint("ck_availability_progress_one", "id = 1"));
        builder.HasKey(progress => progress.Id);
        builder.Property(progress => progress.Id).ValueGeneratedNever();
        builder.Property(progress => progress.CandidateAt).HasDefaultValueSql("now()");
        builder.HasData(new { Id = 1, Position = 0L, Candidate = 0L, CandidateXid = 0L });
    }
}
