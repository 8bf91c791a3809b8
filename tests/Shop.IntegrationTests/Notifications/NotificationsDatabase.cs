using System.Net;
using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using Shop.Contracts;
using Shop.Contracts.Orders;
using Shop.Contracts.Returns;
using Shop.Messaging.GroupCommit;
using Shop.Messaging.Hosting;
using Shop.Workers.Notifications;
using Xunit;

namespace Shop.IntegrationTests.Notifications;

/// <summary>
/// A database with the schema of the notifications, a mail server, and the words that the tests speak. Each test has
/// orders and recipients of its own.
/// </summary>
public sealed class NotificationsDatabase : IAsyncLifetime
{
    private readonly TestDatabase _database = new();

    internal MailSink Sink { get; } = new();

    internal NpgsqlDataSource Source => _database.Source;

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        await using var context = NewContext();
        await context.Database.MigrateAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Sink.DisposeAsync();
        await _database.DisposeAsync();
    }

    internal static string NewRecipient() => $"{Guid.NewGuid():N}@example.org";

    internal static OrderConfirmed Confirmed(string email, Guid? orderId = null) => new()
    {
        OrderId = orderId ?? Guid.CreateVersion7(),
        Owner = "user:1",
        Email = email,
        ShippingAddress = new Address("Ada Example", "1 Sample Street", null, "Springfield", "IL", "62701", "US"),
        ShippingMethod = "STANDARD",
        Lines = [new OrderLine("SKU-1", "Kettle", 2, new Money(4_999, "USD"))],
        Allocations = [],
        Total = new Money(10_597, "USD"),
    };

    internal static ReturnRefunded Refunded(string email, Guid orderId) => new()
    {
        ReturnId = Guid.NewGuid(), OrderId = orderId, Owner = "user:1", Email = email, Amount = new Money(1_000, "USD"),
    };

    /// <summary>As a group of events that came together.</summary>
    internal async Task Collect(params Mail[] mails)
    {
        await using var connection = await Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var batch = connection.CreateBatch();
        await using var context = NewContext();
        SetStatements.AppendTo(batch, context, mails.Select(mail =>
        {
            var rows = new RowSet();
            rows.InsertOnce(mail);
            return rows;
        }));
        await batch.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>To the sink, or to a port where nobody listens.</summary>
    internal MailDispatcher Dispatcher(int mostAttempts = 20, bool reachable = true, int milliseconds = 10_000)
    {
        var options = Options.Create(new SmtpOptions
        {
            Host = "127.0.0.1",
            Port = reachable ? Sink.Port : Unused(),
            Tls = SmtpTls.None,
            From = "The shop <orders@shop.example>",
            Connections = 2,
            MostAttempts = mostAttempts,
            Timeout = TimeSpan.FromMilliseconds(milliseconds),
        });
        return new MailDispatcher(
            new MailJournal(new Database<NotificationsDbContext>(Source, NotificationsDbContext.Schema)),
            new MailComposer(options, TimeProvider.System), options, NullLogger<MailDispatcher>.Instance);
    }

    internal Task<int> Dispatch(MailDispatcher? dispatcher = null) =>
        (dispatcher ?? Dispatcher()).Dispatch(TestContext.Current.CancellationToken);

    /// <summary>Such as <c>SENT 1 1</c>: status, attempts, transmissions.</summary>
    internal Task<string> StateOf(Mail mail) => Read<string>(
        "select concat_ws(' ', status, attempts, transmissions) from notifications.mail where id = $1", mail.Id);

    /// <summary>As if its pause, or its sender's lease, had run out.</summary>
    internal Task ComesDue(Mail mail) => Read<object>(
        "update notifications.mail set due_at = now() where id = $1", mail.Id);

    internal Task<string> EscalationOf(Guid orderId) => Read<string>(
        "select kind || ' ' || detail from notifications.escalation_view where order_id = $1", orderId);

    internal async Task<T> Read<T>(string sql, params object[] values)
    {
        await using var command = Source.CreateCommand(sql);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken) is T found ? found : default!;
    }

    private NotificationsDbContext NewContext() => new(ContextOptions.Of<NotificationsDbContext>(Source));

    private static int Unused()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
