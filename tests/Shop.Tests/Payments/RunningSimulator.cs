using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Shop.PaymentSimulator;
using Shop.Workers.Payments;
using Xunit;

namespace Shop.Tests.Payments;

/// <summary>The payment simulator in this process, on a port and with a journal of its own.</summary>
internal sealed class RunningSimulator : IAsyncDisposable
{
    public const string ApiKey = "sk_test_of_the_tests";

    private readonly string folder = Directory.CreateTempSubdirectory("shop-payments-").FullName;
    private readonly string[] settings;
    private readonly List<IDisposable> owned = [];
    private WebApplication app;

    private RunningSimulator(string[] settings)
    {
        this.settings = settings;
        app = Build();
    }

    public Uri Address => new(app.Urls.Single());

    public string JournalPath => Path.Combine(folder, "journal.jsonl");

    public static async Task<RunningSimulator> Start(params string[] settings)
    {
        var simulator = new RunningSimulator(settings);
        await simulator.app.StartAsync(TestContext.Current.CancellationToken);
        return simulator;
    }

    /// <summary>Stops it, does something to its journal, and starts it from the journal.</summary>
    public async Task Restart(Action<string>? meanwhile = null)
    {
        await Stop();
        meanwhile?.Invoke(JournalPath);
        app = Build();
        await app.StartAsync(TestContext.Current.CancellationToken);
    }

    public PaymentProvider Provider(TimeSpan? timeout = null, string apiKey = ApiKey)
    {
        var provider = new PaymentProvider(
            Options.Create(new PaymentProviderOptions
            {
                ProviderAddress = Address,
                ApiKey = apiKey,
                Timeout = timeout ?? TimeSpan.FromSeconds(10),
            }),
            TimeProvider.System,
            NullLogger<PaymentProvider>.Instance);
        owned.Add(provider);
        return provider;
    }

    public HttpClient Client(string apiKey = ApiKey)
    {
        var client = new HttpClient { BaseAddress = Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", apiKey);
        owned.Add(client);
        return client;
    }

    /// <summary>Posts a form as Stripe's clients do.</summary>
    public Task<HttpResponseMessage> Post(string path, string? key, params (string Name, string Value)[] form)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative))
        {
            Content = new FormUrlEncodedContent(form.Select(pair => KeyValuePair.Create(pair.Name, pair.Value))),
        };
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        return Client().SendAsync(request, TestContext.Current.CancellationToken);
    }

    public Task<HttpResponseMessage> Create(string? key, string paymentMethod, string orderId, long amount = 4999) =>
        Post("/v1/payment_intents", key, ("amount", $"{amount}"), ("currency", "usd"), ("confirm", "true"),
            ("capture_method", "manual"), ("payment_method", paymentMethod), ("metadata[order_id]", orderId));

    public async Task Switch(string path) =>
        (await Client().PutAsync(new Uri($"/_simulator/{path}", UriKind.Relative), null,
            TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();

    /// <summary>The journal as a judge reads it.</summary>
    public async Task<List<JsonElement>> Journal()
    {
        var text = await Client().GetStringAsync("/_simulator/journal", TestContext.Current.CancellationToken);
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];
    }

    public async Task<JsonElement> Counters() => JsonElement.Parse(
        await Client().GetStringAsync("/_simulator", TestContext.Current.CancellationToken));

    public async ValueTask DisposeAsync()
    {
        foreach (var one in owned)
            one.Dispose();
        await Stop();
        Directory.Delete(folder, recursive: true);
    }

    private async Task Stop()
    {
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
    }

    private WebApplication Build() => SimulatorApplication.Build(
    [
        "--Urls=http://127.0.0.1:0", $"--Simulator:ApiKey={ApiKey}", $"--Simulator:Journal={JournalPath}",
        "--Simulator:Fsync=false", "--Logging:LogLevel:Default=Warning", .. settings,
    ]);
}
