using Shop.Contracts.Orders;
using Shop.Messaging;

namespace Shop.Sagas.Checkout;

internal static class CheckoutModule
{
    public static void AddCheckout(this IHostApplicationBuilder builder) =>
        builder.Services.AddOptions<CheckoutOptions>().BindConfiguration("Checkout").ValidateDataAnnotations().ValidateOnStart();

    public static void Checkout(this ShopBus bus)
    {
        bus.Context<OrdersDbContext>("Orders", orders => orders.GroupSaga<CheckoutStateMachine, Order>(Queues.Checkout));
        bus.Job<AuditOrdersJob>(TimeSpan.FromMinutes(1));
    }
}
