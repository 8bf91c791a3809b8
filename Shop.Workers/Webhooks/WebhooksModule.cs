using System.Net;
using Microsoft.Extensions.Options;
using Shop.Messaging;

namespace Shop.Workers.Webhooks;

internal static class WebhooksModule
{
    public static void AddWebhooks(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<WebhookOptions>().BindConfiguration(WebhookOptions.Section)
            .ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton(provider => new PublicAddresses(
            provider.GetRequiredService<IOptions<WebhookOptions>>().Value.AllowPrivate, Dns.GetHostAddressesAsync));
        builder.Services.AddSingleton<NewsCollector>();
        builder.Services.AddSingleton<DeliveryQueue>();
        builder.Services.AddSingleton<WebhookSender>();
        builder.Services.AddSingleton<WebhookDispatcher>();
        builder.Services.AddHostedService<WebhookNotice>();
    }

    public static void Webhooks(this ShopBus bus) => bus.Context<WebhooksDbContext>("Webhooks", webhooks =>
    {
        webhooks.Consumer<RegisterWebhookConsumer>();
        webhooks.Consumer<RemoveWebhookConsumer>();
        webhooks.GroupConsumer<TellConfirmedConsumer>(ConsumerKind.Unhurried);
        webhooks.GroupConsumer<TellShippedConsumer>(ConsumerKind.Unhurried);
        webhooks.GroupConsumer<TellDeliveredConsumer>(ConsumerKind.Unhurried);
        webhooks.GroupConsumer<TellEndedConsumer>(ConsumerKind.Unhurried);
        webhooks.GroupConsumer<TellRefundedConsumer>(ConsumerKind.Unhurried);
        bus.Job<DispatchWebhooksJob>(TimeSpan.FromSeconds(1));
        bus.Job<ForgetDeliveriesJob>(TimeSpan.FromHours(1));
    });
}

/// <summary>Says at start if nothing is delivered.</summary>
internal sealed partial class WebhookNotice(IOptions<WebhookOptions> options, ILogger<WebhookNotice> logger)
    : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (!options.Value.IsConfigured) LogWaits();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(LogLevel.Warning, "Webhooks wait and are not delivered: Webhooks:Key is not configured.")]
    private partial void LogWaits();
}
