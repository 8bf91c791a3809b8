using System.Globalization;
using System.Net;
using Microsoft.Extensions.Options;
using Shop.Contracts;
using Stripe;

namespace Shop.Workers.Payments;

/// <summary>
/// Card payments at Stripe, held first and taken later. Every call may be repeated: keys that are derived from our own
/// ids see to it that money moves once. Neither a card's token nor our key is logged, nor a message that might quote
/// them.
/// </summary>
internal sealed partial class PaymentProvider : IDisposable
{
    /// <summary>Stripe forgets keys after 24 hours. Until well before, sending the same again is decisive.</summary>
    public static readonly TimeSpan KeyLife = TimeSpan.FromHours(23);

    /// <summary>Search lags by up to an hour: what was sent in the key's life shows by then, or never.</summary>
    public static readonly TimeSpan SearchSettled = KeyLife + TimeSpan.FromHours(2);

    private readonly HttpClient http;
    private readonly ProviderCall call;
    private readonly PaymentIntentService intents;
    private readonly RefundService refunds;
    private readonly ILogger<PaymentProvider> logger;

    public PaymentProvider(
        IOptions<PaymentProviderOptions> options,
        TimeProvider time,
        ILogger<PaymentProvider> logger)
    {
        this.logger = logger;
        call = new(options.Value.Timeout, time);
        http = new(new SocketsHttpHandler
        {
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            ConnectTimeout = TimeSpan.FromSeconds(5),
            MaxConnectionsPerServer = options.Value.MaxConnections,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        var client = new StripeClient(new StripeClientOptions
        {
            ApiBase = options.Value.ProviderAddress!.AbsoluteUri.TrimEnd('/'),
            ApiKey = options.Value.ApiKey,
            HttpClient = new SystemNetHttpClient(http, maxNetworkRetries: 0, enableTelemetry: false),
        });
        intents = new(client);
        refunds = new(client);
    }

    /// <summary>Holds the amount on the card.</summary>
    public async Task<AuthorizationResult> Authorize(
        Guid orderId,
        Money amount,
        string paymentMethod,
        CancellationToken cancellationToken)
    {
        var answer = await Create(orderId, amount, paymentMethod, cancellationToken);
        return answer.Value is { } intent ? Judge(intent)
            : answer.Refusal is { } refusal ? Judge(orderId, refusal)
            : new AuthorizationResult.Unknown(answer.Silence!);
    }

    /// <summary>
    /// What became of an authorisation that got no answer. It takes the very arguments of <see cref="Authorize"/>, and
    /// carries it out if the provider never heard of it. However often it is asked, at most one charge results.
    /// </summary>
    /// <param name="orderId">The order.</param>
    /// <param name="amount">The amount that was asked for.</param>
    /// <param name="paymentMethod">The card that was asked for.</param>
    /// <param name="age">How long ago the authorisation was first sent, by the database's clock.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<AuthorizationResult> Resolve(
        Guid orderId,
        Money amount,
        string paymentMethod,
        TimeSpan age,
        CancellationToken cancellationToken)
    {
        if (age >= KeyLife)
            return await Find(orderId, age, cancellationToken);
        var answer = await Create(orderId, amount, paymentMethod, cancellationToken);
        if (answer.Value is { } intent)
            return answer.Replayed ? await Current(intent.Id, cancellationToken) : Judge(intent);
        var result = answer.Refusal is { } refusal
            ? Judge(orderId, refusal)
            : new AuthorizationResult.Unknown(answer.Silence!);
        // An error that is recorded under the key would be replayed for ever: look for the payment itself.
        return result is AuthorizationResult.Unknown && (answer.Faulted || answer.Refusal is not null)
            ? await Find(orderId, age, cancellationToken)
            : result;
    }

    public void Dispose() => http.Dispose();

    private Task<ProviderAnswer<PaymentIntent>> Create(
        Guid orderId,
        Money amount,
        string paymentMethod,
        CancellationToken cancellationToken)
    {
        var options = new PaymentIntentCreateOptions
        {
            Amount = amount.Amount,
            Currency = amount.Currency.ToLowerInvariant(),
            PaymentMethod = paymentMethod,
            AllowedPaymentMethodTypes = ["card"],
            CaptureMethod = "manual",
            Confirm = true,
            PaymentMethodOptions = new() { Card = new() { RequestMulticapture = "if_available" } },
            // Nobody is there to pass a bank's extra check: it declines.
            ErrorOnRequiresAction = true,
            Metadata = new() { ["order_id"] = orderId.ToString() },
        };
        var key = Keyed($"authorize-{orderId}");
        return call.Ask((_, token) => intents.CreateAsync(options, key, token), cancellationToken);
    }

    private Task<ProviderAnswer<PaymentIntent>> Get(string reference, CancellationToken cancellationToken) =>
        call.Ask((_, token) => intents.GetAsync(reference, null, null, token), cancellationToken);

    private async Task<AuthorizationResult> Current(string reference, CancellationToken cancellationToken)
    {
        var answer = await Get(reference, cancellationToken);
        return answer.Value is { } intent
            ? Judge(intent)
            : new AuthorizationResult.Unknown(answer.Silence ?? Describe(answer.Refusal!));
    }

    private async Task<AuthorizationResult> Find(Guid orderId, TimeSpan age, CancellationToken cancellationToken)
    {
        var answer = await call.Ask(
            (_, token) => intents.SearchAsync(new() { Query = $"metadata['order_id']:'{orderId}'" }, null, token),
            cancellationToken);
        if (answer.Value is not { } found)
            return new AuthorizationResult.Unknown(answer.Silence ?? Describe(answer.Refusal!));
        // Search itself lags in what it says of a payment, too.
        var results = new List<AuthorizationResult>();
        foreach (var intent in found.Data)
            results.Add(await Current(intent.Id, cancellationToken));
        return results.OfType<AuthorizationResult.Authorized>().FirstOrDefault()
            ?? results.OfType<AuthorizationResult.Unknown>().FirstOrDefault()
            ?? results.FirstOrDefault()
            ?? (age >= SearchSettled
                ? new AuthorizationResult.Declined("never_received", "The payment did not reach the provider.")
                : new AuthorizationResult.Unknown("not found yet"));
    }

    private static AuthorizationResult Judge(PaymentIntent intent) => intent.Status switch
    {
        "requires_capture" => new AuthorizationResult.Authorized(intent.Id, AmountOf(intent, intent.AmountCapturable)),
        "succeeded" => new AuthorizationResult.Authorized(intent.Id, AmountOf(intent, intent.AmountReceived)),
        "processing" => new AuthorizationResult.Unknown(intent.Status),
        "canceled" => new AuthorizationResult.Declined("canceled", "The payment was cancelled.", intent.Id),
        _ => new AuthorizationResult.Declined(
            intent.LastPaymentError?.Code ?? intent.Status,
            intent.LastPaymentError?.Message ?? "The payment was not completed.",
            intent.Id),
    };

    private AuthorizationResult Judge(Guid orderId, StripeException refusal)
    {
        var error = refusal.StripeError;
        if (refusal.HttpStatusCode == HttpStatusCode.PaymentRequired)
            return new AuthorizationResult.Declined(error.Code, error.Message, error.PaymentIntent?.Id);
        LogRefused(orderId, Describe(refusal), refusal.StripeResponse?.RequestId);
        return SaysNothing(refusal)
            ? new AuthorizationResult.Unknown(Describe(refusal))
            : new AuthorizationResult.Declined(
                "invalid_request", $"The payment was refused: {error.Code ?? error.Param}.");
    }

    /// <summary>Of the payment: our key is wrong, or an idempotency key was used for something else.</summary>
    private static bool SaysNothing(StripeException refusal) =>
        refusal.HttpStatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
        || refusal.StripeError.Type == "idempotency_error";

    private static RequestOptions Keyed(string key) => new() { IdempotencyKey = key };

    private static Money AmountOf(PaymentIntent intent, long amount) => new(amount, intent.Currency.ToUpperInvariant());

    private static string Describe(StripeException refusal) =>
        string.Join(' ', ((int)refusal.HttpStatusCode).ToString(CultureInfo.InvariantCulture),
            refusal.StripeError.Type, refusal.StripeError.Code, refusal.StripeError.Param).TrimEnd();

    [LoggerMessage(LogLevel.Error, "The provider refused the payment of {OrderId}: {Reason} (request {RequestId})")]
    private partial void LogRefused(Guid orderId, string reason, string? requestId);

    [LoggerMessage(LogLevel.Warning, "The provider did not {Operation} {Reference}: {Reason}")]
    private partial void LogNotDone(string operation, string reference, string reason);
}
