using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Shop.Contracts;
using Shop.Contracts.Inventory;
using Shop.Messaging.Hosting;
using Shop.Messaging.Outbox;

namespace Shop.Workers.Fulfillment;

/// <summary>A confirmed order as the warehouses see it: where to, how, and what from where.</summary>
internal sealed class FulfillmentOrder
{
    private static readonly Address Nowhere = new("", "", null, "", null, "", "");

    public Guid OrderId { get; init; }
    public Address ShippingAddress { get; init; } = null!;
    public string ShippingMethod { get; init; } = "";
    public IReadOnlyList<Allocation> Allocations { get; init; } = [];

    /// <summary>Whether it was called off before anything was picked.</summary>
    public bool Cancelled { get; private set; }

    /// <summary>
    /// Whether a carrier has any of it: from then on it cannot be stopped. Of this and <see cref="Cancelled"/>, at most
    /// one: the row's version decides between the two.
    /// </summary>
    /// <remarks>Taken back when its payment is refused while nothing else of it has left.</remarks>
    public bool HandedOver { get; set; }

    public int Version { get; init; }
    public DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Nothing is sent any more, unless a carrier has it.</summary>
    /// <returns>Whether that is new.</returns>
    public bool CallOff()
    {
        if (HandedOver || Cancelled) return false;
        return Cancelled = true;
    }

    /// <summary>One that has not come yet, so that it stays called off when it does.</summary>
    public static FulfillmentOrder CalledOff(Guid orderId) =>
        new() { OrderId = orderId, ShippingAddress = Nowhere, Cancelled = true };
}

internal sealed class FulfillmentOrderTable : IEntityTypeConfiguration<FulfillmentOrder>
{
    public void Configure(EntityTypeBuilder<FulfillmentOrder> order)
    {
        order.ToTable("fulfillment_order");
        order.HasKey(row => row.OrderId);
        order.Property(row => row.OrderId).ValueGeneratedNever();
        order.Property(row => row.Version).IsConcurrencyToken();
        order.Property(row => row.ShippingAddress).HasJsonb();
        order.Property(row => row.Allocations).HasJsonb();
        order.Property(row => row.ReceivedAt).HasDefaultValueSql("now()");
    }
}

internal sealed class FulfillmentDbContext(DbContextOptions<FulfillmentDbContext> options) : DbContext(options)
{
    public const string Schema = "fulfillment";

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema(Schema);
        modelBuilder.HasSequence("sscc_serial");
        modelBuilder.ApplyConfiguration(new FulfillmentOrderTable());
        modelBuilder.ApplyConfiguration(new ParcelTable());
        modelBuilder.ApplyConfiguration(new TrackingEventTable());
        modelBuilder.ApplyConfiguration(new ReturnLabelTable());
        modelBuilder.AddMessagingTables();
    }
}

internal sealed class FulfillmentDesign : IDesignTimeDbContextFactory<FulfillmentDbContext>
{
    public FulfillmentDbContext CreateDbContext(string[] args) => new(ContextOptions.ForDesign<FulfillmentDbContext>());
}
