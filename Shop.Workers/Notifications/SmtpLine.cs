using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Shop.Workers.Notifications;

/// <summary>What became of a mail that a server was to take.</summary>
internal abstract record SmtpOutcome
{
    public sealed record Taken : SmtpOutcome;

    /// <summary>It certainly has not got it. <c>ForGood</c>: it never will.</summary>
    public sealed record Refused(string Error, bool ForGood) : SmtpOutcome;

    /// <summary>It may have got it.</summary>
    public sealed record Uncertain(string Error) : SmtpOutcome;
}

/// <summary>
/// A connection to the mail server, made when it is first needed and made anew after it broke. It tells a failure before
/// the text was given away from one after it: DATA follows only when the one recipient was accepted.
/// </summary>
internal sealed class SmtpLine(SmtpOptions options) : IDisposable
{
    private const int FirstPermanent = 500;

    private Client? _client;

    /// <summary>Connects and logs in, unless that is done.</summary>
    /// <returns>Null, or why the server cannot be used now.</returns>
    public async Task<string?> Open()
    {
        if (_client is { IsConnected: true }) return null;
        _client?.Dispose();
        // A list of revoked certificates that cannot be fetched would be taken for a certificate that is revoked.
        _client = new Client { CheckCertificateRevocation = false };
        using var limit = new CancellationTokenSource(options.Timeout);
        try
        {
            await _client.ConnectAsync(options.Host!, options.Port, options.Tls switch
            {
                SmtpTls.None => SecureSocketOptions.None,
                SmtpTls.StartTls => SecureSocketOptions.StartTls,
                _ => SecureSocketOptions.SslOnConnect,
            }, limit.Token);
            if (!string.IsNullOrEmpty(options.User))
                await _client.AuthenticateAsync(options.User, options.Password!, limit.Token);
            return null;
        }
        catch (Exception exception) when (IsOfTheLine(exception)
            || exception is SmtpCommandException or AuthenticationException or SslHandshakeException or NotSupportedException)
        {
            _client.Dispose();
            _client = null;
            // A server's own words about a log-in could quote it.
            return $"The mail server cannot be used: {exception.GetType().Name}.";
        }
    }

    /// <summary>Gives it to the server, which has the configured time for it.</summary>
    /// <param name="message">To one recipient.</param>
    public async Task<SmtpOutcome> Send(MimeMessage message)
    {
        var client = _client ?? throw new InvalidOperationException("The line is not open.");
        client.MayHaveText = false;
        using var limit = new CancellationTokenSource(options.Timeout);
        try
        {
            await client.SendAsync(message, limit.Token);
            return new SmtpOutcome.Taken();
        }
        catch (SmtpCommandException refused)
        {
            return new SmtpOutcome.Refused(
                $"{(int)refused.StatusCode} {refused.Message}", (int)refused.StatusCode >= FirstPermanent);
        }
        catch (NotSupportedException unable)
        {
            // Such as an address in other letters at a server that takes none; found before anything is sent.
            return new SmtpOutcome.Refused(unable.GetType().Name, ForGood: true);
        }
        catch (Exception exception) when (IsOfTheLine(exception))
        {
            client.Dispose();
            _client = null;
            var error = $"The line broke: {exception.GetType().Name}.";
            return client.MayHaveText ? new SmtpOutcome.Uncertain(error) : new SmtpOutcome.Refused(error, ForGood: false);
        }
    }

    /// <summary>Says goodbye; whether the server hears it does not matter.</summary>
    public async Task Close()
    {
        if (_client is not { IsConnected: true }) return;
        using var limit = new CancellationTokenSource(options.Timeout);
        try
        {
            await _client.DisconnectAsync(quit: true, limit.Token);
        }
        catch (Exception exception) when (IsOfTheLine(exception) || exception is SmtpCommandException)
        {
            // It is gone already.
        }
    }

    public void Dispose() => _client?.Dispose();

    private static bool IsOfTheLine(Exception exception) => exception is IOException or SocketException or TimeoutException
        or OperationCanceledException or SmtpProtocolException or ServiceNotConnectedException;

    private sealed class Client : SmtpClient
    {
        /// <summary>Whether the server was, or is about to be, given the text.</summary>
        public bool MayHaveText { get; set; }

        protected override void OnRecipientAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response)
        {
            MayHaveText = true;
            base.OnRecipientAccepted(message, mailbox, response);
        }
    }
}
