using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Shop.Messaging.Hosting;
using Shop.Messaging.Outbox;

namespace Shop.Sagas.Returns;

/// <summary>The schema <c>returns</c>: returns with their history, and the messages that commit with them.</summary>
internal sealed class ReturnsDbContext(DbContextOptions<ReturnsDbContext> options) : DbContext(options)
{
    public const string Schema = "returns";

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema(Schema);
        modelBuilder.ApplyConfiguration(new ReturnTable());
        modelBuilder.ApplyConfiguration(new ReturnHistoryTable());
        modelBuilder.AddMessagingTables();
    }
}

internal sealed class ReturnsDesign : IDesignTimeDbContextFactory<ReturnsDbContext>
{
    public ReturnsDbContext CreateDbContext(string[] args) => new(ContextOptions.ForDesign<ReturnsDbContext>());
}
