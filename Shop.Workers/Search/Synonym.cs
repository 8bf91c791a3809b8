using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Shop.Workers.Search;

/// <summary>Terms of one or more words that people use for the same thing. Operators edit them; readers see them within a minute.</summary>
internal sealed class Synonym
{
    public const int MaxTerms = 10;
    public const int MaxWords = 4;

    public int Id { get; init; }
    public IReadOnlyList<string> Terms { get; init; } = [];
}

internal sealed class SynonymConfiguration : IEntityTypeConfiguration<Synonym>
{
    public void Configure(EntityTypeBuilder<Synonym> builder)
    {
        builder.ToTable("synonym", table => table.HasCheckConstraint(
            "ck_synonym_terms", $"cardinality(terms) between 2 and {Synonym.MaxTerms}"));
        builder.HasKey(synonym => synonym.Id);
        builder.Property(synonym => synonym.Id).UseIdentityAlwaysColumn();
        builder.Property(synonym => synonym.Terms).HasColumnType("text[]");
    }
}
