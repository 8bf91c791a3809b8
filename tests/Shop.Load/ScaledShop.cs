using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Npgsql;

namespace Shop.Load;

/// <summary>The shop as its operator has it: its script, its administration, its broker's console.</summary>
internal sealed class ScaledShop(BenchSettings settings, NpgsqlDataSource database) : IDisposable
{
    /// <summary>What a checkout passes through.</summary>
    private static readonly string[] Queues = ["orders.checkout", "inventory.reserve-stock", "payments.authorize-payment"];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly HttpClient _console = new() { Timeout = TimeSpan.FromSeconds(10) };

    private readonly string _script = Environment.GetEnvironmentVariable("SHOP_SCRIPT")
        ?? throw new SettingException("SHOP_SCRIPT is needed: the script that starts instances. Use ./shop bench scale.");

    /// <summary>Where so many instances of the API listen, on ports that follow the first one's.</summary>
    public IReadOnlyList<Uri> Apis(int instances) =>
        [.. Enumerable.Range(0, instances).Select(number => new UriBuilder(settings.Api) { Port = settings.Api.Port + number }.Uri)];

    /// <summary>Has so many instances of each host run, and each of them consume.</summary>
    public async Task Scale(int instances, CancellationToken cancellationToken)
    {
        await Script(["up", "--no-demo", "--no-build", "--scale", $"api={instances}", $"sagas={instances}", $"workers={instances}"],
            cancellationToken);
        foreach (var queue in Queues)
            await Until($"{instances} instances consume {queue}", () => Consume(queue, instances, cancellationToken), cancellationToken);
    }

    /// <summary>Restarts one instance after the other.</summary>
    public Task Restart(CancellationToken cancellationToken) => Script(["restart"], cancellationToken);

    /// <summary>Puts new products on sale, with so many units of each.</summary>
    public async Task<StageGoods> Offer(string name, int plenty, int scarce, CancellationToken cancellationToken)
    {
        var token = (await Script(["token", "ops"], cancellationToken)).Trim();
        var category = await Read<string>("select id from catalog.category order by id limit 1", [], cancellationToken);
        var warehouse = await Read<string>("select code from inventory.warehouse order by code limit 1", [], cancellationToken);
        var goods = new StageGoods($"{name}-PLENTY", $"{name}-SCARCE", scarce);
        using var desk = new Balancer(Apis(1));
        foreach (var (sku, units) in new[] { (goods.Plenty, plenty), (goods.Scarce, scarce) })
        {
            await Order(HttpMethod.Put, $"/admin/products/{sku}", new
            {
                title = $"Article {sku}", categoryId = category, price = new { amount = 2_500, currency = "USD" }, active = true,
            });
            await Order(HttpMethod.Post, "/admin/stock/receipts", new
            {
                sku, warehouse, quantity = units, reference = "opening",
            });
            await Until($"{units} of {sku} are on sale", async () => await Read<bool>(
                "select exists (select from catalog.price_view where sku = $1) "
                + "and exists (select from inventory.stock_item where sku = $1 and on_hand = $2)",
                [sku, units], cancellationToken), cancellationToken);
        }

        return goods;

        async Task Order(HttpMethod method, string path, object body)
        {
            var answer = await desk.Send(method, path, body, [("Authorization", $"Bearer {token}")], cancellationToken);
            if (answer.Status != 202) throw new BenchFailedException($"{path} is answered {answer.Status}.");
        }
    }

    public void Dispose() => _console.Dispose();

    private async Task<bool> Consume(string queue, int instances, CancellationToken cancellationToken)
    {
        var management = settings.RabbitMqManagement
            ?? throw new SettingException("SHOP_RABBITMQ_MANAGEMENT is needed: the console tells how many consume.");
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(management, $"/api/queues/shop/{queue}"));
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(management.UserInfo))));
        using var answer = await _console.SendAsync(request, cancellationToken);
        answer.EnsureSuccessStatusCode();
        using var state = await JsonDocument.ParseAsync(
            await answer.Content.ReadAsStreamAsync(cancellationToken), default, cancellationToken);
        return state.RootElement.TryGetProperty("consumers", out var consumers) && consumers.GetInt32() == instances;
    }

    private async Task<T> Read<T>(string sql, object[] values, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(sql);
        foreach (var value in values) command.Parameters.AddWithValue(value);
        return (T)(await command.ExecuteScalarAsync(cancellationToken)
            ?? throw new BenchFailedException("The catalogue is empty: import products first."));
    }

    /// <returns>What it wrote to standard output.</returns>
    private async Task<string> Script(string[] arguments, CancellationToken cancellationToken)
    {
        using var script = Process.Start(new ProcessStartInfo(_script, arguments)
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        }) ?? throw new BenchFailedException($"{_script} does not start.");
        var (output, errors) = (script.StandardOutput.ReadToEndAsync(cancellationToken), script.StandardError.ReadToEndAsync(cancellationToken));
        await script.WaitForExitAsync(cancellationToken);
        return script.ExitCode == 0 ? await output : throw new BenchFailedException(
            $"./shop {arguments[0]} ended with {script.ExitCode}: {await errors}");
    }

    private static async Task Until(string what, Func<Task<bool>> holds, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        while (!await holds())
        {
            if (Stopwatch.GetElapsedTime(began) > Patience)
                throw new BenchFailedException(string.Create(
                    CultureInfo.InvariantCulture, $"not within {Patience.TotalSeconds} s: {what}"));
            await Task.Delay(Pause, cancellationToken);
        }
    }
}
