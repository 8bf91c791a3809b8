namespace Shop.PaymentSimulator;

/// <summary>
/// Carries a POST out at most once per idempotency key, answers when it is in the journal, and misbehaves as asked.
/// </summary>
internal sealed class Calls(Ledger ledger, Webhooks webhooks, Switches switches, IHostApplicationLifetime lifetime)
{
    private static readonly TimeSpan LongestHold = TimeSpan.FromMinutes(10);

    private static readonly object KeyItem = new();

    private static readonly Refusal Busy = new(StatusCodes.Status429TooManyRequests, "invalid_request_error",
        "This object cannot be accessed right now because another API request is accessing it.")
    {
        Code = "lock_timeout",
    };

    private static readonly Refusal Full = new(StatusCodes.Status503ServiceUnavailable, "api_error",
        "The simulator remembers as much as it may.");

    public delegate ValueTask<Outcome> Deed(IFormCollection form, CancellationToken stopping);

    public delegate ValueTask<Outcome> IntentDeed(Intent intent, IFormCollection form, CancellationToken stopping);

    public RequestDelegate Carry(Deed deed) => http => Run(http, async (form, stopping) =>
        await Settle(await deed(form, stopping), http));

    /// <summary>A deed on a payment that no other call changes meanwhile. Its id is in the path or the form.</summary>
    public RequestDelegate CarryOnIntent(IntentDeed deed) => http => Run(http, async (form, stopping) =>
    {
        var inPath = http.GetRouteValue("id") as string;
        var id = inPath ?? form["payment_intent"].ToString();
        if (!ledger.TryEnter(id))
            return Result.Refuse(Busy);
        try
        {
            return ledger.Intents.Find(id) is { } intent
                ? await Settle(await deed(intent, form, stopping), http)
                : Result.Refuse(Refusal.Missing("payment_intent", id, inPath is not null));
        }
        finally
        {
            ledger.Leave(id);
        }
    });

    public static async Task Answer(HttpContext http, int status, ReadOnlyMemory<byte> body)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }

    public static Task Refuse(HttpContext http, Refusal refusal) =>
        Answer(http, refusal.Status, StripeJson.Render(json => StripeJson.Write(json, refusal)));

    /// <summary>Keeps the connection without an answer until the caller gives up.</summary>
    public static async Task Hold(HttpContext http, CancellationToken stopping)
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        await Task.Delay(LongestHold, gone.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        http.Abort();
    }

    private async Task Run(HttpContext http, Func<IFormCollection, CancellationToken, ValueTask<Result>> deed)
    {
        // Once begun, a call is carried out whether or not its caller waits, as at the real provider.
        var stopping = lifetime.ApplicationStopping;
        var form = http.Request.HasFormContentType
            ? await http.Request.ReadFormAsync(http.RequestAborted)
            : FormCollection.Empty;
        var key = http.Request.Headers["Idempotency-Key"].FirstOrDefault();
        if (key is not null)
        {
            if (key.Length is 0 or > IdempotencyKeys.MaxLength)
            {
                await Refuse(http, Refusal.Invalid("An idempotency key has 1 to 255 characters.", "Idempotency-Key"));
                return;
            }

            var fingerprint = IdempotencyKeys.Fingerprint(http.Request.Path, form);
            var claim = ledger.Keys.Claim(key, fingerprint);
            if (claim.Kind != ClaimKind.Mine)
            {
                await NotMine(http, key, claim);
                return;
            }

            http.Items[KeyItem] = (key, fingerprint);
        }

        Result result;
        try
        {
            result = await deed(form, stopping);
            if (result.Held)
                await Hold(http, stopping);
        }
        finally
        {
            if (key is not null)
                ledger.Keys.Release(key);
        }

        await Deliver(http, result, stopping);
    }

    /// <summary>Writes what a deed came to into the journal. From then on it has happened.</summary>
    private async ValueTask<Result> Settle(Outcome outcome, HttpContext http)
    {
        if (outcome.Draft is null)
            return new(null, outcome.Refused, outcome.Delivery);
        var (key, fingerprint) = http.Items[KeyItem] as (string, string)? ?? default;
        var entry = await ledger.Commit(outcome.Draft with
        {
            RequestId = RequestIds.Of(http),
            Key = key,
            Fingerprint = fingerprint,
        });
        return entry is null ? Result.Refuse(Full) : new(entry, null, outcome.Delivery);
    }

    private async Task Deliver(HttpContext http, Result result, CancellationToken stopping)
    {
        if (result.Refused is { } refused)
        {
            await Refuse(http, refused);
            return;
        }

        if (result.Entry is not { } entry)
            return;
        await webhooks.Announce(entry, stopping);
        switch (switches.Outage == OutageMode.Mute ? Delivery.Hold : result.Delivery)
        {
            case Delivery.Hold:
                await Hold(http, stopping);
                break;
            case Delivery.Abort:
                http.Abort();
                break;
            case Delivery.ErrorOnce:
                await Refuse(http, Refusal.Internal("An unknown error occurred."));
                break;
            case Delivery.Answer:
                await AnswerWith(http, entry);
                break;
        }
    }

    private static async Task NotMine(HttpContext http, string key, Claim claim)
    {
        switch (claim.Kind)
        {
            case ClaimKind.InUse:
                await Refuse(http, new(StatusCodes.Status409Conflict, "idempotency_error",
                    $"There is currently another in-progress request using this Idempotent Key: {key}.")
                {
                    Code = "idempotency_key_in_use",
                });
                break;
            case ClaimKind.OtherParameters:
                await Refuse(http, new(StatusCodes.Status400BadRequest, "idempotency_error",
                    "Keys for idempotent requests can only be used with the same parameters they were first used with. "
                    + $"Try using a key other than '{key}' if you meant to execute a different request."));
                break;
            default:
                http.Response.Headers["Idempotent-Replayed"] = "true";
                http.Response.Headers["Original-Request"] = claim.Answer!.RequestId;
                await AnswerWith(http, claim.Answer);
                break;
        }
    }

    private static Task AnswerWith(HttpContext http, Entry entry)
    {
        if (entry.Refusal is { Status: StatusCodes.Status500InternalServerError })
            http.Response.Headers["Stripe-Should-Retry"] = "false";
        return Answer(http, entry.Refusal?.Status ?? StatusCodes.Status200OK, StripeJson.Answer(entry));
    }

    private sealed record Result(Entry? Entry, Refusal? Refused, Delivery Delivery)
    {
        public bool Held => Entry is null && Refused is null && Delivery == Delivery.Hold;

        public static Result Refuse(Refusal refusal) => new(null, refusal, Delivery.Answer);
    }
}
