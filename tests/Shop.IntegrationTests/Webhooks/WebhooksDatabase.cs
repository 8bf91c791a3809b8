using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using Shop.Contracts.Orders;
using Shop.Messaging.Hosting;
using Shop.Workers.Webhooks;
using Xunit;

namespace Shop.IntegrationTests.Webhooks;

/// <summary>
/// A database with the schema of the webhooks, a customer's server, and the words that the tests speak. Each test has
/// addresses and orders of its own.
/// </summary>
public sealed class WebhooksDatabase : IAsyncLifetime
{
    internal const string Key = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    internal const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private readonly TestDatabase _database = new();

    internal Receiver Receiver { get; private set; } = null!;

    internal NpgsqlDataSource Source => _database.Source;

    internal DeliveryQueue Queue => new(new Database<WebhooksDbContext>(Source, WebhooksDbContext.Schema));

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        await using var context = new WebhooksDbContext(ContextOptions.Of<WebhooksDbContext>(Source));
        await context.Database.MigrateAsync();
        Receiver = await Receiver.Start();
    }

    public async ValueTask DisposeAsync()
    {
        await Receiver.DisposeAsync();
        await _database.DisposeAsync();
    }

    internal static string NewOwner() => $"user:{Guid.NewGuid():N}";

    internal static OrderNews Confirmed(string owner, Guid? orderId = null) => new(
        "order.confirmed", owner, orderId ?? Guid.CreateVersion7(), orderId ?? Guid.Empty, OrderStatus.Confirmed, 1);

    internal static OrderNews Shipped(string owner, Guid orderId) =>
        new("order.shipped", owner, orderId, orderId, OrderStatus.Shipped, 2);

    internal static OrderNews Delivered(string owner, Guid orderId) =>
        new("order.delivered", owner, orderId, orderId, OrderStatus.Delivered, 3);

    /// <summary>An address of the customer's server; a path is made up unless it is given.</summary>
    internal async Task<Hook> Register(string owner, string? url = null)
    {
        var id = Guid.CreateVersion7();
        var path = $"/{id:N}";
        await Read<object>("""
            insert into webhooks.endpoint (id, owner, url, sealed_secret, status) values ($1, $2, $3, $4, 'ACTIVE')
            """, id, owner, url ?? Receiver.Address + path, new Seal(Key).Close(Secret, id));
        return new Hook(id, path);
    }

    /// <summary>Of one type.</summary>
    internal async Task Tell(params OrderNews[] news)
    {
        await using var connection = await Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var batch = connection.CreateBatch();
        new NewsCollector(TimeProvider.System).Append(batch, news);
        if (batch.BatchCommands.Count > 0) await batch.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        await Read<object>("update webhooks.delivery set due_at = now() where attempts = 0");
    }

    internal Dispatching Dispatcher(
        bool allowHttp = true, bool allowPrivate = true, int milliseconds = 5_000,
        Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null, string key = Key)
    {
        var options = Options.Create(new WebhookOptions
        {
            Key = key,
            AllowHttp = allowHttp,
            AllowPrivate = allowPrivate,
            Timeout = TimeSpan.FromMilliseconds(milliseconds),
            Concurrency = 16,
        });
        var sender = new WebhookSender(
            options, new PublicAddresses(allowPrivate, resolve ?? Dns.GetHostAddressesAsync), TimeProvider.System);
        return new Dispatching(sender, new WebhookDispatcher(
            Queue, sender, options, NullLogger<WebhookDispatcher>.Instance));
    }

    /// <summary>Sends what is due, and waits for what became of it.</summary>
    internal async Task Dispatch(Dispatching? with = null)
    {
        await using var dispatching = with ?? Dispatcher();
        await dispatching.Dispatcher.Dispatch(TestContext.Current.CancellationToken);
        await dispatching.Dispatcher.Settle();
    }

    /// <summary>As if every pause of an address had run out.</summary>
    internal Task ComesDue(Hook hook) => Read<object>(
        "update webhooks.delivery set due_at = now() where endpoint_id = $1 and status = 'PENDING'", hook.Id);

    /// <summary>In the order of an order's life, such as <c>DELIVERED 1, PENDING 0</c>: status and attempts.</summary>
    internal async Task<string> StateOf(Hook hook) => await Read<string?>("""
        select string_agg(status || ' ' || attempts, ', ' order by sequence, created_at, id)
        from webhooks.delivery where endpoint_id = $1
        """, hook.Id) ?? "";

    /// <summary>Such as <c>FAILING It answered 500.</c>.</summary>
    internal Task<string> StatusOf(Hook hook) => Read<string>(
        "select concat_ws(' ', status, last_error) from webhooks.endpoint_view where id = $1", hook.Id);

    internal async Task<T> Read<T>(string sql, params object[] values)
    {
        await using var command = Source.CreateCommand(sql);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken) is T found ? found : default!;
    }

    /// <summary>An address, and its path at the customer's server.</summary>
    internal sealed record Hook(Guid Id, string Path);

    internal sealed record Dispatching(WebhookSender Sender, WebhookDispatcher Dispatcher) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Dispatcher.DisposeAsync();
            Sender.Dispose();
        }
    }
}
