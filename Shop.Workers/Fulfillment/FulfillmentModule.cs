using Microsoft.Extensions.Options;
using Shop.Messaging;

namespace Shop.Workers.Fulfillment;

internal static class FulfillmentModule
{
    public static void AddFulfillment(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<FulfillmentOptions>().BindConfiguration(FulfillmentOptions.Section)
            .ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddOptions<CarrierOptions>().BindConfiguration(CarrierOptions.Section)
            .ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddScoped<ParcelDesk>();
        builder.Services.AddSingleton<OwnFleet>();
        builder.Services.AddSingleton(services =>
        {
            var fleet = services.GetRequiredService<OwnFleet>();
            if (services.GetRequiredService<IOptions<CarrierOptions>>().Value.Address is null)
                return new Carriers(fleet, [fleet]);
            var carrier = ActivatorUtilities.CreateInstance<HttpCarrier>(services);
            return new Carriers(carrier, [fleet, carrier]);
        });
    }

    public static void Fulfillment(this ShopBus bus) => bus.Context<FulfillmentDbContext>("Fulfillment", fulfillment =>
    {
        fulfillment.GroupConsumer<OpenFulfillmentConsumer>(ConsumerKind.Unhurried);
        fulfillment.CollectingConsumer<StopFulfillmentConsumer>();
        fulfillment.CollectingConsumer<CallOffFulfillmentConsumer>();
        fulfillment.CollectingConsumer<HandOverParcelConsumer>();
        fulfillment.CollectingConsumer<ShipCapturedParcelConsumer>();
        fulfillment.CollectingConsumer<StopUnpaidParcelConsumer>();
        fulfillment.CollectingConsumer<RecordTrackingConsumer>();
        fulfillment.CollectingConsumer<ReportParcelUnshippableConsumer>();
        fulfillment.CollectingConsumer<ReplaceParcelConsumer>();
        fulfillment.CollectingConsumer<StopShortParcelConsumer>();
        fulfillment.CollectingConsumer<BookReturnLabelConsumer>(ConsumerKind.External);
        bus.Job<BookParcelsJob>(TimeSpan.FromSeconds(2));
        bus.Job<RemindJob>(TimeSpan.FromSeconds(5));
        bus.Job<AskCarriersJob>(TimeSpan.FromSeconds(5));
        bus.Job<EscalateJob>(TimeSpan.FromSeconds(10));
    });
}
