using Shop.Messaging;

namespace Shop.Workers.Payments;

internal static class PaymentsModule
{
    public static void AddPayments(this IHostApplicationBuilder builder)
    {
        builder.Services.AddPaymentProvider();
        builder.Services.AddScoped<PaymentDesk>();
    }

    public static void Payments(this ShopBus bus) => bus.Context<PaymentsDbContext>("Payments", payments =>
    {
        payments.CollectingConsumer<AuthorizePaymentConsumer>(ConsumerKind.External);
        payments.CollectingConsumer<ResolvePaymentConsumer>(ConsumerKind.External);
        payments.CollectingConsumer<VoidPaymentConsumer>(ConsumerKind.External);
        payments.CollectingConsumer<RecordPaymentNotificationConsumer>();
        bus.Job<RetryVoidsJob>(TimeSpan.FromSeconds(15));
    });
}
