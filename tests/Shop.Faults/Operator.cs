using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;

namespace Shop.Faults;

/// <summary>The shop's own people: they put goods on sale, and look at what the shop says of itself.</summary>
internal sealed class Operator : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly HttpClient[] _http;
    private int _turn;

    private Operator(HttpClient[] http) => _http = http;

    public static async Task<Operator> LogIn(
        IEnumerable<HostProcess> apis, string email, string password, CancellationToken cancellationToken)
    {
        HttpClient[] http = [.. apis.Select(api => new HttpClient
        {
            BaseAddress = api.Address, Timeout = TimeSpan.FromSeconds(10),
        })];
        using var answer = await http[0].PostAsJsonAsync(
            new Uri("/auth/login", UriKind.Relative), new { email, password }, cancellationToken);
        answer.EnsureSuccessStatusCode();
        var token = (await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("accessToken");
        foreach (var client in http)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.GetString());
        return new Operator(http);
    }

    /// <summary>Puts products of one price on sale, with so many units each in one warehouse, and waits until they are.</summary>
    public async Task Offer(
        NpgsqlDataSource database, IReadOnlyDictionary<string, int> stock, CancellationToken cancellationToken)
    {
        var category = await Read<string>(database, "select id from catalog.category order by id limit 1");
        var warehouse = await Read<string>(database, "select code from inventory.warehouse order by code limit 1");
        foreach (var (sku, units) in stock)
        {
            await Do(HttpMethod.Put, $"/admin/products/{sku}", new
            {
                title = $"Article {sku}",
                categoryId = category,
                price = new { amount = 1_900, currency = "USD" },
                active = true,
            }, cancellationToken);
            await Do(HttpMethod.Post, "/admin/stock/receipts",
                new { sku, warehouse, quantity = units, reference = $"delivery-{sku}" }, cancellationToken);
        }

        string[] skus = [.. stock.Keys];
        await Patience.For("the goods are on sale and on their shelves", async () =>
        {
            await using var command = database.CreateCommand("""
                select count(*) from catalog.price_view p
                join inventory.stock_item s using (sku) where p.sku = any($1) and p.active and s.on_hand > 0
                """);
            command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = skus });
            return (long)(await command.ExecuteScalarAsync(cancellationToken))! == skus.Length;
        }, Limit, cancellationToken);
    }

    /// <summary>Demands success, asking again while the shop is away.</summary>
    /// <returns>Whether the first asking was answered: what is asked again may be done twice, and once of them late.</returns>
    public async Task<bool> Do(HttpMethod method, string path, object? body, CancellationToken cancellationToken)
    {
        var askings = 0;
        await Patience.For($"{method} {path}", async () =>
        {
            askings++;
            using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
            try
            {
                using var answer = await Next().SendAsync(request, cancellationToken);
                return answer.IsSuccessStatusCode;
            }
            catch (Exception away) when (IsAway(away, cancellationToken))
            {
                return false;
            }
        }, Limit, cancellationToken);
        return askings == 1;
    }

    /// <summary>Null while the shop does not answer.</summary>
    public async Task<JsonElement?> Get(string path, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await Next().GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
            return answer.IsSuccessStatusCode ? await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken) : null;
        }
        catch (Exception away) when (IsAway(away, cancellationToken))
        {
            return null;
        }
    }

    public void Dispose()
    {
        foreach (var client in _http) client.Dispose();
    }

    private static bool IsAway(Exception exception, CancellationToken cancellationToken) =>
        exception is HttpRequestException or IOException
        || (exception is TaskCanceledException && !cancellationToken.IsCancellationRequested);

    private static async Task<T> Read<T>(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    private HttpClient Next() => _http[Interlocked.Increment(ref _turn) % _http.Length];
}
