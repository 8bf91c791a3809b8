using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Shop.Messaging.Hosting;
using Shop.Messaging.Outbox;

namespace Shop.Workers.Payments;

internal sealed class PaymentsDbContext(DbContextOptions<PaymentsDbContext> options) : DbContext(options)
{
    public const string Schema = "payments";

    public DbSet<Payment> Payments => Set<Payment>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema(Schema);
        modelBuilder.ApplyConfiguration(new PaymentTable());
        modelBuilder.ApplyConfiguration(new PaymentEntryTable());
        modelBuilder.AddMessagingTables();
    }
}

internal sealed class PaymentsDesign : IDesignTimeDbContextFactory<PaymentsDbContext>
{
    public PaymentsDbContext CreateDbContext(string[] args) => new(ContextOptions.ForDesign<PaymentsDbContext>());
}
