using System.Text.Json;
using Npgsql;
using Shop.Contracts;
using Shop.Contracts.Catalog;
using Shop.Contracts.Inventory;
using Shop.Messaging;

namespace Shop.IntegrationTests.Checkout;

/// <summary>Puts products on sale and stock on shelves as anyone else does: by commands over the broker.</summary>
internal sealed class Goods(TestBroker broker, NpgsqlDataSource database)
{
    private const string Envelope = "application/vnd.masstransit+json";

    private int _count;

    /// <summary>A new product, with so many units in the first warehouse. Returns its SKU.</summary>
    public async Task<string> Offer(int stock, long price = 2_500)
    {
        var sku = $"E2E-{Interlocked.Increment(ref _count)}";
        await Put(sku, price);
        if (stock > 0) await Receive(sku, stock);
        return sku;
    }

    /// <summary>Creates or changes a product, and waits until the catalogue says so.</summary>
    public async Task Put(string sku, long price, bool active = true)
    {
        await Send(new PutProduct
        {
            Sku = sku,
            Title = $"Article {sku}",
            Description = "Made for a test.",
            Brand = null,
            CategoryId = await Read<string>("select id from catalog.category order by id limit 1"),
            Price = new Money(price, "USD"),
            Images = [],
            Attributes = new Dictionary<string, string>(),
            Active = active,
        });
        await Waiting.For($"{sku} costs {price}", async () => await Read<long>(
            "select count(*) from catalog.price_view where sku = $1 and price_amount = $2 and active = $3",
            sku, price, active) == 1);
    }

    /// <summary>Puts more units on the first shelf, once a product.</summary>
    public async Task Receive(string sku, int quantity)
    {
        await Send(new ReceiveStock
        {
            Sku = sku,
            Warehouse = await Read<string>("select code from inventory.warehouse order by code limit 1"),
            Quantity = quantity,
            Reference = $"delivery-{sku}",
        });
        await Waiting.For($"{quantity} of {sku} are on the shelf", async () => await Read<long>(
            "select count(*) from inventory.stock_item where sku = $1 and on_hand = $2", sku, quantity) == 1);
    }

    /// <summary>Puts a command on its queue.</summary>
    public Task Send<TCommand>(TCommand command, Guid? messageId = null)
        where TCommand : ICommand =>
        broker.Send(QueueNames.OfCommand(typeof(TCommand)), Envelope, JsonSerializer.SerializeToUtf8Bytes(new
        {
            messageId = messageId ?? Guid.NewGuid(),
            messageType = new[] { $"urn:message:{typeof(TCommand).Namespace}:{typeof(TCommand).Name}" },
            message = command,
        }, JsonSerializerOptions.Web));

    private async Task<T> Read<T>(string sql, params object[] values)
    {
        await using var command = database.CreateCommand(sql);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return (T)(await command.ExecuteScalarAsync())!;
    }
}
