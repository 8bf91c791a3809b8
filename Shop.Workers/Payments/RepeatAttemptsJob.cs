using MassTransit;
using Npgsql;
using Quartz;
using Shop.Contracts;
using Shop.Contracts.Payments;
using Shop.Messaging;
using Shop.Messaging.Hosting;

namespace Shop.Workers.Payments;

/// <summary>
/// Asks again for captures and refunds that the provider has not answered, less often each time, and shows operators those
/// that stay so.
/// </summary>
[DisallowConcurrentExecution]
internal sealed partial class RepeatAttemptsJob(
    Database<PaymentsDbContext> database, FindingWriter findings, IBus bus, ILogger<RepeatAttemptsJob> logger) : IJob
{
    private const int Most = 100;

    /// <summary>From 15 seconds to an hour apart, so for about two weeks. Later only people help.</summary>
    private const int MostRepeats = 340;

    /// <summary>A quarter of an hour.</summary>
    private const int RepeatsUntilRaised = 6;

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        var due = await Claim(cancellationToken);
        if (due.Count > 0) LogRepeating(due.Count);
        foreach (var attempt in due) await Send(attempt, cancellationToken);
        await findings.Raise(
            [
                .. due.Where(attempt => attempt.Repeats >= RepeatsUntilRaised).Select(attempt => Finding.Of(
                    attempt.OrderId, FindingKind.Unanswered,
                    $"{attempt.Kind} {attempt.Id} of {attempt.Amount} was asked for {attempt.Repeats} times")),
            ],
            cancellationToken);
        await findings.MendAnswered(RepeatsUntilRaised, cancellationToken);
    }

    private async Task<List<PaymentAttempt>> Claim(CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand("""
            update payments.payment_attempt
            set repeats = repeats + 1,
                due_at = now() + least(interval '1 hour', interval '15 seconds' * (1 << least(repeats, 10)))
            where id in (
                select id from payments.payment_attempt
                where status in ('PENDING', 'WAITING') and due_at <= now() and repeats < $1
                order by due_at limit $2 for update skip locked)
            returning id, kind, order_id, amount, currency, final, reason, repeats
            """);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = MostRepeats });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Most });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var due = new List<PaymentAttempt>();
        while (await reader.ReadAsync(cancellationToken))
            due.Add(new PaymentAttempt
            {
                Id = reader.GetGuid(0),
                Kind = UpperSnake.Read<PaymentAttemptKind>(reader.GetString(1)),
                OrderId = reader.GetGuid(2),
                Amount = reader.GetInt64(3),
                Currency = reader.GetString(4),
                Final = reader.GetBoolean(5),
                Reason = reader.IsDBNull(6) ? null : reader.GetString(6),
                Repeats = reader.GetInt32(7),
            });
        return due;
    }

    private Task Send(PaymentAttempt attempt, CancellationToken cancellationToken)
    {
        var amount = new Money(attempt.Amount, attempt.Currency);
        return attempt.Kind == PaymentAttemptKind.Capture
            ? bus.Command(new CapturePayment
            {
                OrderId = attempt.OrderId, CaptureId = attempt.Id, Amount = amount, Final = attempt.Final,
            }, cancellationToken)
            : bus.Command(new RefundPayment
            {
                OrderId = attempt.OrderId, RefundId = attempt.Id, Amount = amount, Reason = attempt.Reason!,
            }, cancellationToken);
    }

    [LoggerMessage(LogLevel.Warning, "{Count} captures and refunds wait for the provider's answer; asking again.")]
    private partial void LogRepeating(int count);
}

internal static class BusCommands
{
    /// <summary>Sends a command to its one consumer, outside of any commit: for who will ask again if it is lost.</summary>
    public static async Task Command<TCommand>(this IBus bus, TCommand command, CancellationToken cancellationToken)
        where TCommand : class, ICommand
    {
        var endpoint = await bus.GetSendEndpoint(QueueNames.AddressOf(typeof(TCommand)));
        await endpoint.Send(command, cancellationToken);
    }
}
