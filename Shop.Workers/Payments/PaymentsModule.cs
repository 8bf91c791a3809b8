using Shop.Messaging;

namespace Shop.Workers.Payments;

internal static class PaymentsModule
{
    public static void AddPayments(this IHostApplicationBuilder builder)
    {
        builder.Services.AddPaymentProvider();
        builder.Services.AddScoped<PaymentDesk>();
        builder.Services.AddSingleton<FindingWriter>();
        builder.Services.AddSingleton<Sweeper>();
        builder.Services.AddSingleton<OrderBooksReader>();
        builder.Services.AddSingleton<Reconciler>();
        builder.Services.AddOptions<ReconciliationOptions>().BindConfiguration(ReconciliationOptions.Section)
            .ValidateDataAnnotations().ValidateOnStart();
    }

    public static void Payments(this ShopBus bus) => bus.Context<PaymentsDbContext>("Payments", payments =>
    {
        payments.CollectingConsumer<AuthorizePaymentConsumer>(ConsumerKind.External);
        payments.CollectingConsumer<ResolvePaymentConsumer>(ConsumerKind.External);
        payments.CollectingConsumer<VoidPaymentConsumer>(ConsumerKind.External);
        payments.CollectingConsumer<CapturePaymentConsumer>(ConsumerKind.External);
        payments.CollectingConsumer<RefundPaymentConsumer>(ConsumerKind.External);
        payments.CollectingConsumer<RecordPaymentNotificationConsumer>();
        payments.Consumer<DismissFindingConsumer>();
        bus.Job<RetryVoidsJob>(TimeSpan.FromSeconds(15));
        bus.Job<RepeatAttemptsJob>(TimeSpan.FromSeconds(5));
        bus.Job<ReconcileJob>(TimeSpan.FromSeconds(10));
        bus.Job<AuditPaymentsJob>(TimeSpan.FromMinutes(1));
    });
}
