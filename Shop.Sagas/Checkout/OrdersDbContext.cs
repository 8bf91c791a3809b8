using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Shop.Messaging.Hosting;
using Shop.Messaging.Outbox;

namespace Shop.Sagas.Checkout;

/// <summary>The schema <c>orders</c>: orders with their checkouts, their history, and the messages that commit with them.</summary>
internal sealed class OrdersDbContext(DbContextOptions<OrdersDbContext> options) : DbContext(options)
{
    public const string Schema = "orders";

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema(Schema);
        modelBuilder.ApplyConfiguration(new OrderTable());
        modelBuilder.ApplyConfiguration(new OrderHistoryTable());
        modelBuilder.ApplyConfiguration(new OrderEscalationTable());
        modelBuilder.AddMessagingTables();
    }
}

internal sealed class OrdersDesign : IDesignTimeDbContextFactory<OrdersDbContext>
{
    public OrdersDbContext CreateDbContext(string[] args) => new(ContextOptions.ForDesign<OrdersDbContext>());
}
