using Microsoft.Extensions.Options;

namespace Shop.Workers.Notifications;

/// <summary>Says at start what becomes of mails.</summary>
internal sealed partial class MailNotice(IOptions<SmtpOptions> options, ILogger<MailNotice> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.IsConfigured) LogSends(options.Value.Host!, options.Value.Port);
        else LogWaits();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(LogLevel.Information, "Mails are sent through {Host}:{Port}.")]
    private partial void LogSends(string host, int port);

    [LoggerMessage(LogLevel.Warning, "Mails wait and are not sent: Smtp:Host is not configured.")]
    private partial void LogWaits();
}
