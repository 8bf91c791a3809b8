using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Shop.Messaging.Hosting;
using Shop.Messaging.Outbox;

namespace Shop.Workers.Recommendations;

internal sealed class RecommendationsDbContext(DbContextOptions<RecommendationsDbContext> options) : DbContext(options)
{
    public const string Schema = "recommendations";

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema(Schema);
        modelBuilder.ApplyConfiguration(new BasketTable());
        modelBuilder.ApplyConfiguration(new ProductCountTable());
        modelBuilder.ApplyConfiguration(new PairCountTable());
        modelBuilder.ApplyConfiguration(new OrderCountTable());
        modelBuilder.AddMessagingTables();
    }
}

internal sealed class RecommendationsDesign : IDesignTimeDbContextFactory<RecommendationsDbContext>
{
    public RecommendationsDbContext CreateDbContext(string[] args) =>
        new(ContextOptions.ForDesign<RecommendationsDbContext>());
}
