using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Shop.Messaging.Hosting;
using Shop.Messaging.Outbox;

namespace Shop.Api.Requests;

/// <summary>The schema <c>requests</c>: what is born of HTTP, accepted requests and the keys of sessions.</summary>
internal sealed class RequestsDbContext(DbContextOptions<RequestsDbContext> options)
    : DbContext(options), IDataProtectionKeyContext
{
    public const string Schema = "requests";

    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema(Schema);
        modelBuilder.ApplyConfiguration(new AcceptedRequestTable());
        modelBuilder.ApplyConfiguration(new SpentCartTable());
        modelBuilder.Entity<DataProtectionKey>().ToTable("data_protection_key");
        modelBuilder.AddMessagingTables();
    }
}

internal sealed class RequestsDesign : IDesignTimeDbContextFactory<RequestsDbContext>
{
    public RequestsDbContext CreateDbContext(string[] args) => new(ContextOptions.ForDesign<RequestsDbContext>());
}
