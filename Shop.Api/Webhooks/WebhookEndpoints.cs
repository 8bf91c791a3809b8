using Microsoft.Extensions.Options;
using Shop.Api.Http;
using Shop.Api.OpenApi;
using Shop.Contracts.Webhooks;

namespace Shop.Api.Webhooks;

/// <summary>Addresses that hear of a person's orders, as Standard Webhooks has it.</summary>
internal static class WebhookEndpoints
{
    public static void AddWebhooks(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<WebhookSettings>().BindConfiguration("Webhooks")
            .ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<WebhookReads>();
        builder.Services.AddSingleton<WebhookDesk>();
    }

    public static void MapWebhooks(this IEndpointRouteBuilder app)
    {
        var webhooks = app.MapGroup("/webhooks").WithTags("Webhooks").RequireAuthorization(Policies.Person);
        webhooks.MapPost("", Register).WithSummary("Registers an address that hears of the caller's orders")
            .WithDescription("It is sent order.confirmed, order.shipped, order.delivered, order.ended and order.refunded, "
                + "signed by the scheme v1 of Standard Webhooks with the secret of the answer, which is shown this once. "
                + "Of one order they come one after the other; a higher sequence is later in its life. What fails is "
                + "tried again for three days. A 2xx within 15 s is success, 410 ends the registration; redirects are "
                + $"not followed. A person may have {RegisterWebhook.MostOfOwner}.")
            .Produces<WebhookRegistered>(StatusCodes.Status202Accepted)
            .Tells(202, "Location", "The address, in a moment.")
            .Refuses(400, 401, 503).Refuses(Problems.WebhookLimit);
        webhooks.MapGet("", List).WithSummary("The caller's addresses, the newest first")
            .Produces<Page<WebhookView>>().Refuses(401, 503);
        webhooks.MapGet("/{id}", Get).WithSummary("One of the caller's addresses, with what it heard last")
            .Produces<WebhookDetail>().Refuses(401, 404, 503);
        webhooks.MapDelete("/{id}", Remove).WithSummary("Forgets an address, with all that waits for it")
            .Produces(StatusCodes.Status202Accepted).Refuses(401, 404, 503);
    }

    private static async Task<IResult> Register(
        WebhookRequest webhook, Caller caller, IOptions<WebhookSettings> settings, WebhookReads reads, WebhookDesk desk,
        CancellationToken cancellationToken)
    {
        var errors = WebhookRules.Check(webhook, settings.Value.AllowHttp);
        if (errors.Count > 0) return Problems.Invalid(errors);
        if (!desk.IsOpen) return Problems.Overloaded.Because("This shop sends no webhooks.");
        if ((await reads.All(caller.Owner!, cancellationToken)).Count >= RegisterWebhook.MostOfOwner)
            return Problems.WebhookLimit.Because($"You have {RegisterWebhook.MostOfOwner}. Remove one first.");
        var registered = await desk.Register(caller.Owner!, webhook);
        return TypedResults.Accepted(registered.StatusUrl, registered);
    }

    private static async Task<IResult> List(Caller caller, WebhookReads reads, CancellationToken cancellationToken) =>
        TypedResults.Ok(new Page<WebhookView>(await reads.All(caller.Owner!, cancellationToken), null));

    private static async Task<IResult> Get(
        string id, Caller caller, WebhookReads reads, CancellationToken cancellationToken) =>
        Guid.TryParseExact(id, "D", out var webhookId)
        && await reads.Find(webhookId, caller.Owner!, cancellationToken) is { } webhook
            ? TypedResults.Ok(webhook)
            : NoSuchWebhook();

    private static async Task<IResult> Remove(
        string id, Caller caller, WebhookReads reads, WebhookDesk desk, CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(id, "D", out var webhookId)
            || !await reads.Has(webhookId, caller.Owner!, cancellationToken)) return NoSuchWebhook();
        await desk.Remove(webhookId, caller.Owner!);
        return TypedResults.StatusCode(StatusCodes.Status202Accepted);
    }

    private static ProblemResult NoSuchWebhook() => Problems.NotFound.Because("You have no webhook with this id.");
}
