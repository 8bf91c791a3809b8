using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Options;

namespace Shop.PaymentSimulator;

/// <summary>Posts signed events. What is queued is lost with the process; the list of events keeps it.</summary>
internal sealed partial class Webhooks(
    IOptions<SimulatorOptions> options,
    Switches switches,
    TimeProvider time,
    ILogger<Webhooks> logger) : BackgroundService
{
    private const int MaxQueued = 10_000;
    private const int Senders = 4;
    private const int MaxAttempts = 8;

    private static readonly TimeSpan PostTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(200);

    private readonly Channel<Entry> queue = Channel.CreateBounded<Entry>(MaxQueued);
    private readonly HttpClient client = new(new SocketsHttpHandler
    {
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        MaxConnectionsPerServer = 2 * Senders,
        UseCookies = false,
    })
    {
        Timeout = PostTimeout,
    };

    private long delivered;
    private long failed;
    private long dropped;

    public long Delivered => Interlocked.Read(ref delivered);

    /// <summary>Given up after all attempts.</summary>
    public long Failed => Interlocked.Read(ref failed);

    /// <summary>Not queued because too many were.</summary>
    public long Dropped => Interlocked.Read(ref dropped);

    /// <summary>Tells of an entry before its call is answered, and waits for the delivery if so set.</summary>
    public async ValueTask Announce(Entry entry, CancellationToken stopping)
    {
        if (entry.EventType is null || options.Value.WebhookAddress is null || !IsWanted(entry.EventType))
            return;
        switch (switches.Webhooks)
        {
            case WebhookMode.BeforeResponse:
                if (!await Post(entry, stopping))
                    Enqueue(entry);
                break;
            case WebhookMode.Twice:
                Enqueue(entry);
                Enqueue(entry);
                break;
            case WebhookMode.Normal:
                Enqueue(entry);
                break;
            case WebhookMode.Never:
                break;
        }
    }

    private bool IsWanted(string type) =>
        options.Value.WebhookEvents.Length == 0 || options.Value.WebhookEvents.Split(',').Contains(type);

    /// <summary>The header <c>Stripe-Signature</c>: HMAC-SHA256 of <c>{time}.{body}</c>.</summary>
    public static string Sign(string secret, long unixSeconds, ReadOnlySpan<byte> body)
    {
        var stamp = unixSeconds.ToString(CultureInfo.InvariantCulture);
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        hash.AppendData(Encoding.UTF8.GetBytes(stamp + "."));
        hash.AppendData(body);
        return $"t={stamp},v1={Convert.ToHexStringLower(hash.GetHashAndReset())}";
    }

    public override void Dispose()
    {
        client.Dispose();
        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => Send(stoppingToken)));

    private void Enqueue(Entry entry)
    {
        if (!queue.Writer.TryWrite(entry))
            Interlocked.Increment(ref dropped);
    }

    private async Task Send(CancellationToken stopping)
    {
        await foreach (var entry in queue.Reader.ReadAllAsync(stopping))
        {
            var delay = FirstDelay;
            var attempt = 1;
            while (!await Post(entry, stopping) && attempt++ < MaxAttempts)
            {
                await Task.Delay(delay, time, stopping);
                delay *= 2;
            }

            if (attempt > MaxAttempts)
            {
                Interlocked.Increment(ref failed);
                LogGivenUp(entry.EventId);
            }
        }
    }

    private async Task<bool> Post(Entry entry, CancellationToken stopping)
    {
        var body = StripeJson.Render(json => StripeJson.WriteEvent(json, entry, options.Value.ApiVersion));
        using var request = new HttpRequestMessage(HttpMethod.Post, options.Value.WebhookAddress);
        request.Content = new ReadOnlyMemoryContent(body);
        request.Content.Headers.ContentType = new("application/json") { CharSet = "utf-8" };
        request.Headers.Add("Stripe-Signature",
            Sign(options.Value.WebhookSecret!, time.GetUtcNow().ToUnixTimeSeconds(), body.Span));
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stopping);
            if (!response.IsSuccessStatusCode)
                return false;
            Interlocked.Increment(ref delivered);
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (TaskCanceledException) when (!stopping.IsCancellationRequested)
        {
            return false;
        }
    }

    [LoggerMessage(LogLevel.Warning, "Event {EventId} was not taken after all attempts")]
    private partial void LogGivenUp(string eventId);
}
