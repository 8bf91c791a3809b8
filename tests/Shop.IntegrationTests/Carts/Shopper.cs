using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;
using Npgsql;
using Shop.Api.Http;
using Shop.IntegrationTests.Accounts;
using Shop.IntegrationTests.Checkout;
using Xunit;

namespace Shop.IntegrationTests.Carts;

/// <summary>Someone with a cart, at one instance of the API: a guest, or a person once they have a token.</summary>
internal sealed class Shopper(HostProcess api) : IDisposable
{
    private readonly Client _client = new(api);

    public string Email { get; } = Client.NewEmail();

    public string Subject { get; } = $"{Guid.NewGuid():N}";

    public string? Session
    {
        get => _client.Session;
        set => _client.Session = value;
    }

    /// <summary>Is a person from now on, whose client still has the guest's cookie.</summary>
    public void LogIn() => _client.Token = TokenCommand.Mint(
        new SymmetricSecurityKey(System.Text.Encoding.UTF8.GetBytes(ShopProcesses.SigningKey)),
        "customer", Subject, TimeProvider.System.GetUtcNow().UtcDateTime);

    public void LogOut() => _client.Token = null;

    public Task<Answer> Add(string sku, int quantity = 1) => _client.Post("/cart/items", new { sku, quantity });

    public Task<Answer> Set(string sku, int quantity) =>
        _client.Send(HttpMethod.Put, $"/cart/items/{sku}", JsonContent.Create(new { quantity }));

    public Task<Answer> Remove(string sku) => _client.Send(HttpMethod.Delete, $"/cart/items/{sku}");

    public Task<Answer> Merge() => _client.Send(HttpMethod.Post, "/cart/merge");

    public Task<Answer> Get(string path) => _client.Get(path);

    public Task<Answer> Checkout(string key, long? expectedTotal = null, string method = "STANDARD") =>
        _client.Post(
            "/checkout", Buyer.CheckoutOf(Email, expectedTotal: expectedTotal, method: method),
            ("Idempotency-Key", key));

    /// <summary>The very request of another, who has the same session.</summary>
    public Task<Answer> CheckoutOf(Shopper other, string key, string method = "STANDARD") =>
        _client.Post("/checkout", Buyer.CheckoutOf(other.Email, method: method), ("Idempotency-Key", key));

    /// <summary>What is in the cart, as <c>SKU×quantity</c>, in order.</summary>
    public async Task<string> Cart() => Told(await _client.Get("/cart"));

    public static string Told(Answer answer)
    {
        Assert.True(answer.Status == 200, answer.ToString());
        return string.Join(' ', Lines(answer).Select(line => $"{line.Sku}×{line.Quantity}"));
    }

    /// <summary>Of a cart, or of an order.</summary>
    public static IEnumerable<(string Sku, int Quantity)> Lines(Answer answer) => answer.Json.GetProperty("lines")
        .EnumerateArray()
        .Select(line => (line.GetProperty("sku").GetString()!, line.GetProperty("quantity").GetInt32()));

    public static long Amount(JsonElement money) => money.GetProperty("amount").GetInt64();

    public void Dispose() => _client.Dispose();
}

/// <summary>Holds whoever needs a table in a certain way until it is disposed.</summary>
internal sealed class TableLock : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;
    private readonly string _table;

    private TableLock(NpgsqlConnection connection, NpgsqlTransaction transaction, string table) =>
        (_connection, _transaction, _table) = (connection, transaction, table);

    public static async Task<TableLock> Of(NpgsqlDataSource database, string table, string mode)
    {
        var connection = await database.OpenConnectionAsync();
        var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand($"lock table {table} in {mode} mode", connection, transaction);
        await command.ExecuteNonQueryAsync();
        return new TableLock(connection, transaction, table);
    }

    public Task HoldsSomeone() => Waiting.For($"someone waits for {_table}", async () =>
    {
        await using var command = new NpgsqlCommand(
            $"select count(*) from pg_locks where not granted and relation = '{_table}'::regclass "
            + "and database = (select oid from pg_database where datname = current_database())",
            _connection, _transaction);
        return (long)(await command.ExecuteScalarAsync())! > 0;
    });

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
