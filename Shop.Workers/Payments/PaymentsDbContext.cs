using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Shop.Messaging.Hosting;
using Shop.Messaging.Outbox;

namespace Shop.Workers.Payments;

internal sealed class PaymentsDbContext(DbContextOptions<PaymentsDbContext> options) : DbContext(options)
{
    public const string Schema = "payments";

    public DbSet<Payment> Payments => Set<Payment>();

    public DbSet<PaymentAttempt> Attempts => Set<PaymentAttempt>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema(Schema);
        modelBuilder.ApplyConfiguration(new PaymentTable());
        modelBuilder.ApplyConfiguration(new PaymentEntryTable());
        modelBuilder.ApplyConfiguration(new PaymentAttemptTable());
        modelBuilder.ApplyConfiguration(new FindingTable());
        modelBuilder.ApplyConfiguration(new ProviderPaymentTable());
        modelBuilder.ApplyConfiguration(new ProviderRefundTable());
        modelBuilder.ApplyConfiguration(new SweepTable());
        modelBuilder.AddMessagingTables();
    }
}

internal sealed class PaymentsDesign : IDesignTimeDbContextFactory<PaymentsDbContext>
{
    public PaymentsDbContext CreateDbContext(string[] args) => new(ContextOptions.ForDesign<PaymentsDbContext>());
}
