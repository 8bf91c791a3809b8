using System.Diagnostics;
using Microsoft.Extensions.Options;
using Quartz;
using Shop.Messaging;

namespace Shop.Workers.Notifications;

/// <summary>
/// Sends the mails that are due, a few lines side by side, a bounded batch at a time. The order within a line is: mark,
/// give the text away, write down what became of it. See decision 27.
/// </summary>
internal sealed partial class MailDispatcher(
    MailJournal journal, MailComposer composer, IOptions<SmtpOptions> options, ILogger<MailDispatcher> logger)
    : IAsyncDisposable
{
    private const int Batch = 5;
    private const int MostRounds = 50;
    private const int MostSettled = 1_000;

    /// <summary>Mails give way to checkouts, but people wait for them: a line that has more to send rests as long as it worked.</summary>
    private static readonly ConsumerKind Pace = ConsumerKind.Unhurried with { Rest = TimeSpan.Zero, Share = 0.5 };

    /// <summary>How old news may be.</summary>
    internal static readonly TimeSpan NewsFor = TimeSpan.FromDays(3);

    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;

    /// <summary>
    /// Begins to send what is due, unless that is going on. The caller does not wait: a slow server is no reason to hold a
    /// job up, nor the job's next turn on another instance if this one dies.
    /// </summary>
    public void Begin()
    {
        lock (_lock)
        {
            if (_running.IsCompleted && !_stopping.IsCancellationRequested) _running = Task.Run(DispatchInBackground);
        }
    }

    /// <summary>Ends after the mails that are being given away.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        Task running;
        lock (_lock) running = _running;
        await running;
        _stopping.Dispose();
    }

    /// <summary>Sends what is due; nothing, without a server.</summary>
    /// <returns>How many mails a server took.</returns>
    public async Task<int> Dispatch(CancellationToken cancellationToken)
    {
        if (!options.Value.IsConfigured) return 0;
        await journal.GiveUp(NewsFor, MostSettled, cancellationToken);
        var sent = await Task.WhenAll(
            Enumerable.Range(0, options.Value.Connections).Select(_ => SendOnOneLine(cancellationToken)));
        return sent.Sum();
    }

    private async Task DispatchInBackground()
    {
        try
        {
            await Dispatch(_stopping.Token);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // What was taken up comes due again.
        }
        catch (Exception exception)
        {
            LogFailed(exception);
        }
    }

    private async Task<int> SendOnOneLine(CancellationToken cancellationToken)
    {
        using var line = new SmtpLine(options.Value);
        var sent = 0;
        for (var round = 0; round < MostRounds; round++)
        {
            var began = Stopwatch.GetTimestamp();
            var mails = await journal.Claim(Batch, cancellationToken);
            if (mails.Count == 0) break;
            string? away = null;
            foreach (var mail in mails)
            {
                cancellationToken.ThrowIfCancellationRequested();
                // Who is away for one is away for the others of the batch.
                away ??= await line.Open();
                if (away is not null) await Postpone(mail, away);
                else if (await Send(mail, line)) sent++;
            }

            if (away is not null) break;
            if (mails.Count == Batch) await Task.Delay(Pace.RestAfter(Stopwatch.GetElapsedTime(began)), cancellationToken);
        }

        await line.Close();
        return sent;
    }

    private async Task<bool> Send(MailInHand mail, SmtpLine line)
    {
        if (composer.Compose(mail) is not { } message)
        {
            await Bury(mail, "Its address is none.");
            return false;
        }

        using (message)
        {
            if (!await journal.Begin(mail)) return false;
            switch (await line.Send(message))
            {
                case SmtpOutcome.Taken:
                    await journal.Sent(mail);
                    MailTelemetry.Became("sent");
                    return true;
                case SmtpOutcome.Refused { ForGood: true } refused:
                    await Bury(mail, WithoutAddress(refused.Error, mail));
                    return false;
                case SmtpOutcome.Refused refused:
                    await Postpone(mail, WithoutAddress(refused.Error, mail));
                    return false;
                case SmtpOutcome.Uncertain uncertain:
                    await journal.Uncertain(mail, uncertain.Error);
                    MailTelemetry.Became("unknown");
                    LogUncertain(mail.Id, mail.OrderId, uncertain.Error);
                    return false;
                case var other:
                    throw new InvalidOperationException($"{other} is no outcome of a mail.");
            }
        }
    }

    private async Task Postpone(MailInHand mail, string error)
    {
        if (mail.Attempts >= options.Value.MostAttempts)
        {
            await Bury(mail, error);
            return;
        }

        var pause = options.Value.FirstPause * Math.Pow(2, mail.Attempts - 1);
        await journal.NotSent(mail, error, pause < LongestPause ? pause : LongestPause);
        MailTelemetry.Became("postponed");
    }

    private async Task Bury(MailInHand mail, string error)
    {
        await journal.NotSent(mail, error, pause: null);
        MailTelemetry.Became("dead");
        LogDead(mail.Id, mail.OrderId, mail.Attempts);
    }

    /// <summary>Servers like to quote whom they refuse.</summary>
    private static string WithoutAddress(string error, MailInHand mail) =>
        error.Replace(mail.Address, "…", StringComparison.OrdinalIgnoreCase);

    [LoggerMessage(LogLevel.Warning, "Mail {MailId} of order {OrderId} is given up after {Attempts} attempts.")]
    private partial void LogDead(Guid mailId, Guid orderId, int attempts);

    [LoggerMessage(LogLevel.Error, "Mails could not be sent; the next turn tries again.")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(LogLevel.Warning,
        "Mail {MailId} of order {OrderId} may have been taken, and is not sent again: {Error}")]
    private partial void LogUncertain(Guid mailId, Guid orderId, string error);
}

/// <summary>Sends mails that are due.</summary>
[DisallowConcurrentExecution]
internal sealed class DispatchMailsJob(MailDispatcher dispatcher) : IJob
{
    public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        dispatcher.Begin();
        return ValueTask.CompletedTask;
    }
}

/// <summary>
/// Gives up what waited for too long, also where there is no server, and forgets after a month whom mails went to and what
/// they said; that they went stays.
/// </summary>
[DisallowConcurrentExecution]
internal sealed class ForgetMailsJob(MailJournal journal) : IJob
{
    private const int Most = 5_000;
    private const int MostRounds = 100;

    private static readonly TimeSpan Age = TimeSpan.FromDays(30);

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        for (var round = 0; round < MostRounds; round++)
            if (await journal.GiveUp(MailDispatcher.NewsFor, Most, cancellationToken) < Most) break;
        for (var round = 0; round < MostRounds; round++)
            if (await journal.Forget(Age, Most, cancellationToken) < Most) break;
    }
}
