using Shop.Api.Admin;
using Shop.Api.Http;
using Shop.Contracts.Payments;

namespace Shop.Api.Ops;

/// <summary>Whether the shop keeps its promises, and what waits for people.</summary>
internal static class AuditEndpoints
{
    public static void AddAudit(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<AuditReads>();
        builder.Services.AddSingleton<Escalations>();
    }

    public static void MapAudit(this IEndpointRouteBuilder app)
    {
        var ops = app.MapGroup("/ops").WithTags("Operations").RequireAuthorization(Policies.Ops);
        ops.MapGet("/audit", Audit).WithSummary("What must hold, evaluated a moment ago")
            .WithDescription("What changed is evaluated within a minute, and everything else again and again: "
                + "./shop audit does it all at once.")
            .Produces<AuditView>().Refuses(401, 403, 503);
        ops.MapGet("/escalations", List).WithSummary("What waits for people, the newest first")
            .Pages().Produces<Page<EscalationView>>().Refuses(400, 401, 403, 503);
        ops.MapPost("/findings/{id:guid}/dismiss", Dismiss).WithSummary("Closes a finding that people have dealt with")
            .Produces(202).Refuses(400, 401, 403, 404, 503);
    }

    private static async Task<IResult> Audit(AuditReads reads, CancellationToken cancellationToken) =>
        TypedResults.Ok(await reads.Read(cancellationToken));

    private static async Task<IResult> List(
        PageQuery query, Escalations escalations, CancellationToken cancellationToken) =>
        query.Begin(Escalations.Cursor, out var after) is { } problem
            ? problem
            : TypedResults.Ok(await escalations.Newest(after, query.Limit, cancellationToken));

    private static async Task<IResult> Dismiss(
        Guid id, DismissalRequest dismissal, Caller caller, Escalations escalations, CommandDesk desk,
        CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        errors.RequireText("reason", dismissal.Reason, DismissalRequest.MaxReason);
        if (errors.ByField.Count > 0) return Problems.Invalid(errors.ByField);
        if (!await escalations.HasFinding(id, cancellationToken))
            return Problems.NotFound.Because("No finding is open under this id.");
        await desk.Accept(
            new DismissFinding { FindingId = id, Reason = dismissal.Reason!, By = caller.Owner! }, $"finding {id}");
        return TypedResults.StatusCode(StatusCodes.Status202Accepted);
    }
}
