using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Shop.Messaging.Hosting;
using Shop.Messaging.Outbox;

namespace Shop.Workers.Reviews;

internal sealed class ReviewsDbContext(DbContextOptions<ReviewsDbContext> options) : DbContext(options)
{
    public const string Schema = "reviews";

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema(Schema);
        modelBuilder.ApplyConfiguration(new ReviewTable());
        modelBuilder.ApplyConfiguration(new RatingTable());
        modelBuilder.ApplyConfiguration(new RatingDeltaTable());
        modelBuilder.ApplyConfiguration(new PurchaseTable());
        modelBuilder.AddMessagingTables();
    }
}

internal sealed class ReviewsDesign : IDesignTimeDbContextFactory<ReviewsDbContext>
{
    public ReviewsDbContext CreateDbContext(string[] args) => new(ContextOptions.ForDesign<ReviewsDbContext>());
}
