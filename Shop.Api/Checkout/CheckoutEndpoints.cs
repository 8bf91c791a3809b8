using Shop.Api.Http;
using Shop.Api.OpenApi;
using Shop.Api.RateLimiting;
using Shop.Api.Requests;

namespace Shop.Api.Checkout;

internal static class CheckoutEndpoints
{
    private const string Path = "/checkout";

    public static void AddCheckout(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<ShippingOptions>().BindConfiguration("Shipping")
            .ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<AcceptedRequests>();
        builder.Services.AddSingleton<SpentCarts>();
        builder.Services.AddSingleton<InFlight>();
        builder.Services.AddOptions<AdmissionOptions>().BindConfiguration("Admission")
            .ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<AdmissionGate>();
        builder.Services.AddHostedService(services => services.GetRequiredService<AdmissionGate>());
        builder.Services.AddSingleton<CheckoutDesk>();
    }

    public static void MapCheckout(this IEndpointRouteBuilder app) => app.MapPost(Path, CheckOut)
        .WithTags("Checkout")
        .WithSummary("Orders what is in the cart")
        .WithDescription("Needs the header Idempotency-Key. Answers before stock and payment are known.")
        .RequireAuthorization(Policies.Caller)
        .Limited(RateGroup.Checkout)
        .AddOpenApiOperationTransformer(IdempotencyKey.Document)
        .Produces<CheckoutAccepted>(StatusCodes.Status202Accepted)
        .Tells(202, "Location", "The order.")
        .Tells(202, "Retry-After", "Seconds until its status is worth asking for.")
        .Tells(202, "Idempotent-Replayed", "true, where the key was used before and this is its answer again.")
        .Refuses(400, 401, 429, 503)
        .Refuses(Problems.KeyMissing, Problems.KeyInFlight, Problems.KeyReused)
        .Refuses(Problems.CartEmpty, Problems.PriceChanged, Problems.ProductUnavailable)
        .Refuses(Problems.PurchaseLimit, Problems.NotAdmitted);

    private static async Task<IResult> CheckOut(
        CheckoutRequest request, Caller caller, HttpContext context, CheckoutDesk desk)
    {
        var (key, problem) = IdempotencyKey.Read(context.Request.Headers[IdempotencyKey.Header]);
        if (problem is not null) return problem;
        var errors = CheckoutRules.Check(request);
        if (errors.Count > 0) return Problems.Invalid(errors);
        return caller.Owner is null
            ? CheckoutProblems.CartEmpty()
            : await desk.CheckOut(caller, key!, Fingerprint.Of(HttpMethods.Post, Path, request), request);
    }
}
