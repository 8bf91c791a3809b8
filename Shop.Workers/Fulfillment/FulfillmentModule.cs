using Shop.Messaging;

namespace Shop.Workers.Fulfillment;

internal static class FulfillmentModule
{
    public static void Fulfillment(this ShopBus bus) => bus.Context<FulfillmentDbContext>("Fulfillment", fulfillment =>
    {
        fulfillment.CollectingConsumer<OpenFulfillmentConsumer>();
        fulfillment.CollectingConsumer<StopFulfillmentConsumer>();
        fulfillment.CollectingConsumer<CallOffFulfillmentConsumer>();
    });
}
