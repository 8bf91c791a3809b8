using Microsoft.Extensions.Options;
using Quartz;

namespace Shop.Workers.Notifications;

/// <summary>
/// Sends the mails that are due, a few lines side by side, a bounded batch at a time. The order within a line is: mark,
/// give the text away, write down what became of it. See decision 27.
/// </summary>
internal sealed partial class MailDispatcher(
    MailJournal journal, MailComposer composer, IOptions<SmtpOptions> options, ILogger<MailDispatcher> logger)
{
    private const int Batch = 10;
    private const int MostRounds = 20;
    private const int MostSettled = 1_000;

    private static readonly TimeSpan NewsFor = TimeSpan.FromDays(3);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

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

    private async Task<int> SendOnOneLine(CancellationToken cancellationToken)
    {
        using var line = new SmtpLine(options.Value);
        var sent = 0;
        for (var round = 0; round < MostRounds; round++)
        {
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
                    return true;
                case SmtpOutcome.Refused { ForGood: true } refused:
                    await Bury(mail, WithoutAddress(refused.Error, mail));
                    return false;
                case SmtpOutcome.Refused refused:
                    await Postpone(mail, WithoutAddress(refused.Error, mail));
                    return false;
                case SmtpOutcome.Uncertain uncertain:
                    await journal.Uncertain(mail, uncertain.Error);
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
    }

    private async Task Bury(MailInHand mail, string error)
    {
        await journal.NotSent(mail, error, pause: null);
        LogDead(mail.Id, mail.OrderId, mail.Attempts);
    }

    /// <summary>Servers like to quote whom they refuse.</summary>
    private static string WithoutAddress(string error, MailInHand mail) =>
        error.Replace(mail.Address, "…", StringComparison.OrdinalIgnoreCase);

    [LoggerMessage(LogLevel.Warning, "Mail {MailId} of order {OrderId} is given up after {Attempts} attempts.")]
    private partial void LogDead(Guid mailId, Guid orderId, int attempts);

    [LoggerMessage(LogLevel.Warning,
        "Mail {MailId} of order {OrderId} may have been taken, and is not sent again: {Error}")]
    private partial void LogUncertain(Guid mailId, Guid orderId, string error);
}

/// <summary>Sends mails that are due.</summary>
[DisallowConcurrentExecution]
internal sealed class DispatchMailsJob(MailDispatcher dispatcher) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) =>
        await dispatcher.Dispatch(cancellationToken);
}

/// <summary>Forgets after a month whom mails went to and what they said; that they went stays.</summary>
[DisallowConcurrentExecution]
internal sealed class ForgetMailsJob(MailJournal journal) : IJob
{
    private const int Most = 5_000;
    private const int MostRounds = 100;

    private static readonly TimeSpan Age = TimeSpan.FromDays(30);

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        for (var round = 0; round < MostRounds; round++)
            if (await journal.Forget(Age, Most, cancellationToken) < Most) return;
    }
}
