using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Serialization;
using Shop.Contracts;

namespace Shop.Api.Http;

/// <summary>Every kind of refusal that clients meet. The codes are part of the contract.</summary>
internal static class Problems
{
    public static readonly ProblemKind Validation = new("validation", 400, "The request is not valid.");
    public static readonly ProblemKind NotFound = new("not-found", 404, "There is no such thing.");
    public static readonly ProblemKind Unauthorized = new("unauthorized", 401, "A valid bearer token is needed.");
    public static readonly ProblemKind Forbidden = new("forbidden", 403, "The token does not allow this.");
    public static readonly ProblemKind CartEmpty = new("cart-empty", 422, "The cart is empty.");
    public static readonly ProblemKind PriceChanged = new("price-changed", 409, "The price has changed.");
    public static readonly ProblemKind ProductUnavailable =
        new("product-unavailable", 409, "A product is not for sale.");
    public static readonly ProblemKind PurchaseLimit =
        new("purchase-limit", 409, "It is more than one person may have in the sale.");
    public static readonly ProblemKind NotAdmitted =
        new("not-admitted", 429, "It is not your turn in the sale.", RetryAfter: "1");
    public static readonly ProblemKind KeyMissing =
        new("idempotency-key-missing", 400, "The header Idempotency-Key is missing.");
    public static readonly ProblemKind KeyInFlight =
        new("idempotency-key-in-flight", 409, "A request with this idempotency key is still running.");
    public static readonly ProblemKind KeyReused =
        new("idempotency-key-reused", 422, "This idempotency key was used for another request.");
    public static readonly ProblemKind Overloaded =
        new("overloaded", 503, "The shop cannot answer now.", RetryAfter: "1");
    public static readonly ProblemKind TooMany = new("rate-limited", 429, "Too many requests.");
    public static readonly ProblemKind NotCancellable =
        new("not-cancellable", 409, "The order can no longer be cancelled.");
    public static readonly ProblemKind NotReturnable = new("not-returnable", 409, "This cannot be returned.");
    public static readonly ProblemKind NotShippable =
        new("not-shippable", 409, "The parcel cannot be handed over, or be kept back.");
    public static readonly ProblemKind WebhookLimit =
        new("webhook-limit", 409, "There are as many webhooks as may be.");
    public static readonly ProblemKind Internal = new("internal", 500, "Something went wrong on our side.");

    /// <summary>Each fault by the name of its field.</summary>
    public static ProblemResult Invalid(IReadOnlyDictionary<string, string[]> errors) =>
        Validation.With(new Problem { Detail = "See the errors of each field.", Errors = errors });

    public static ProblemResult Invalid(string field, string error) =>
        Invalid(new Dictionary<string, string[]> { [field] = [error] });

    /// <summary>What a status means where a route says no more of it.</summary>
    public static ProblemKind UsualOf(int status) => status switch
    {
        401 => Unauthorized,
        403 => Forbidden,
        404 => NotFound,
        429 => TooMany,
        503 => Overloaded,
        >= 500 => Internal,
        _ => Validation with { Status = status },
    };

    /// <param name="seconds">Until the next may come.</param>
    public static ProblemResult RateLimited(int seconds) =>
        (TooMany with { RetryAfter = seconds.ToString(CultureInfo.InvariantCulture) })
            .Because("Nothing was done. See the field RateLimit for what is left, and Retry-After for when to come again.");

    /// <summary>For a status that was set without saying more, such as by the router.</summary>
    public static ProblemResult OfStatus(int status) => status switch
    {
        400 => Invalid("body", "It could not be read."),
        401 => Unauthorized.Because("Send one as 'Authorization: Bearer …'."),
        403 => Forbidden.Because("Another role is needed."),
        404 => NotFound.Because("Nothing is at this address."),
        >= 500 => Internal.Because("It was noted."),
        405 => UsualOf(status).Because("This address does not take this method."),
        413 => UsualOf(status).Because($"A body may have {Limits.BodyBytes} bytes."),
        415 => UsualOf(status).Because("A body must be application/json."),
        _ => UsualOf(status).Because("It could not be taken."),
    };
}

/// <summary>
/// A kind of refusal by its code, which is stable, and is the last part of the problem's type. <c>RetryAfter</c> is in
/// seconds, where repeating the same request can help.
/// </summary>
internal sealed record ProblemKind(string Code, int Status, string Title, string? RetryAfter = null)
{
    public ProblemResult Because(string detail) => With(new Problem { Detail = detail });

    public ProblemResult With(Problem problem) => new(
        problem with { Type = $"urn:shop:problem:{Code}", Title = Title, Status = Status, Code = Code }, RetryAfter);
}

/// <summary>An RFC 9457 problem, with the members that some of ours add.</summary>
internal sealed record Problem
{
    public string Type { get; init; } = "";
    public string Title { get; init; } = "";
    public int Status { get; init; }
    public required string Detail { get; init; }
    public string Code { get; init; } = "";
    public string TraceId { get; init; } = "";

    /// <summary>Of <c>validation</c>: what is wrong, by field.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>Of <c>price-changed</c>: the lines whose price moved.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<PriceChange>? Lines { get; init; }

    /// <summary>Of <c>price-changed</c>: what the order would cost now.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Money? Total { get; init; }

    /// <summary>Of <c>product-unavailable</c>, <c>purchase-limit</c> and <c>not-admitted</c>: which ones.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Skus { get; init; }

    /// <summary>Of <c>not-admitted</c>: where to wait.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Queue { get; init; }
}

internal sealed record PriceChange(string Sku, int Quantity, Money Was, Money Now);

/// <summary>Answers with a problem.</summary>
internal sealed class ProblemResult(Problem problem, string? retryAfter) : IResult
{
    public const string ContentType = "application/problem+json";

    public Problem Problem { get; } = problem;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Problem.Status;
        response.Headers.CacheControl = Failures.Private;
        if (Problem.Status == StatusCodes.Status401Unauthorized && response.Headers.WWWAuthenticate.Count == 0)
            response.Headers.WWWAuthenticate = "Bearer"; // RFC 9110, 15.5.2
        if (retryAfter is not null) response.Headers.RetryAfter = retryAfter;
        var traceId = Activity.Current?.TraceId.ToHexString() ?? httpContext.TraceIdentifier;
        return response.WriteAsJsonAsync(
            Problem with { TraceId = traceId }, ShopJson.Wire.Problem, ContentType, httpContext.RequestAborted);
    }
}

/// <summary>On a route: a kind of problem that it answers with.</summary>
/// <param name="Kind">Of the problem.</param>
/// <param name="Example">As the document shows it, where the kind alone says too little.</param>
internal sealed record RefusedAs(ProblemKind Kind, Problem? Example = null);

/// <summary>Documents the problems that a route answers with.</summary>
internal static class ProblemMetadata
{
    /// <summary>By status; 409 and 422 have no usual kind.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder route, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses) route.Refuses(new RefusedAs(Problems.UsualOf(status)));
        return route;
    }

    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder route, params ReadOnlySpan<ProblemKind> kinds)
    {
        foreach (var kind in kinds) route.Refuses(new RefusedAs(kind));
        return route;
    }

    /// <summary>By an answer of the route's own.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder route, ProblemKind kind, ProblemResult example) =>
        route.Refuses(new RefusedAs(kind, example.Problem));

    private static RouteHandlerBuilder Refuses(this RouteHandlerBuilder route, RefusedAs refused) =>
        route.Produces<Problem>(refused.Kind.Status, ProblemResult.ContentType).WithMetadata(refused);
}
