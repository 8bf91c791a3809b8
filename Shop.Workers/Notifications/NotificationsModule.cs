using Shop.Messaging;

namespace Shop.Workers.Notifications;

internal static class NotificationsModule
{
    public static void AddNotifications(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<SmtpOptions>().BindConfiguration(SmtpOptions.Section)
            .ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<MailJournal>();
        builder.Services.AddSingleton<MailComposer>();
        builder.Services.AddSingleton<MailDispatcher>();
        builder.Services.AddHostedService<MailNotice>();
    }

    public static void Notifications(this ShopBus bus) =>
        bus.Context<NotificationsDbContext>("Notifications", notifications =>
        {
            notifications.GroupConsumer<MailConfirmationConsumer>(ConsumerKind.Unhurried);
            notifications.GroupConsumer<MailShipmentConsumer>(ConsumerKind.Unhurried);
            notifications.GroupConsumer<MailDeliveryConsumer>(ConsumerKind.Unhurried);
            notifications.GroupConsumer<MailEndConsumer>(ConsumerKind.Unhurried);
            notifications.GroupConsumer<MailRefundConsumer>(ConsumerKind.Unhurried);
            bus.Job<DispatchMailsJob>(TimeSpan.FromSeconds(2));
            bus.Job<ForgetMailsJob>(TimeSpan.FromHours(1));
        });
}
