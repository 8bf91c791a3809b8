using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Shop.Messaging.Hosting;
using Shop.Messaging.Outbox;

namespace Shop.Workers.Search;

/// <summary>
/// What the search keeps whichever engine serves it. The tables of the PostgreSQL engine are twins that take turns
/// serving; the model cannot say that, so they stand in a migration of their own.
/// </summary>
internal sealed class SearchDbContext(DbContextOptions<SearchDbContext> options) : DbContext(options)
{
    public const string Schema = "search";

    public DbSet<Synonym> Synonyms => Set<Synonym>();
    public DbSet<DriftMark> DriftMarks => Set<DriftMark>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema(Schema);
        modelBuilder.ApplyConfiguration(new SynonymConfiguration());
        modelBuilder.ApplyConfiguration(new DriftMarkConfiguration());
        modelBuilder.AddMessagingTables();
    }
}

internal sealed class SearchDesign : IDesignTimeDbContextFactory<SearchDbContext>
{
    public SearchDbContext CreateDbContext(string[] args) => new(ContextOptions.ForDesign<SearchDbContext>());
}
