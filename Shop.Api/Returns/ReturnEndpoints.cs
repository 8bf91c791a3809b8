using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Shop.Api.Admin;
using Shop.Api.Http;
using Shop.Api.OpenApi;
using Shop.Api.Orders;
using Shop.Api.Parcels;
using Shop.Api.RateLimiting;
using Shop.Api.Requests;

namespace Shop.Api.Returns;

internal static class ReturnEndpoints
{
    public static void AddReturns(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<ReturnOptions>().BindConfiguration("Returns").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<ReturnReads>();
        builder.Services.AddSingleton<ReturnDesk>();
    }

    public static void MapReturns(this IEndpointRouteBuilder app)
    {
        var returns = app.MapGroup("/orders/{id}/returns").WithTags("Orders").RequireAuthorization(Policies.Caller)
            .Limited(RateGroup.Orders);
        returns.MapPost("", Open).WithSummary("Sends parts of a delivered order back")
            .WithDescription("202 says that they can be returned; of several who ask for the same units at once one succeeds, and "
                + "the others' return becomes REJECTED.")
            .AddOpenApiOperationTransformer(DocumentKey)
            .Produces<ReturnAccepted>(StatusCodes.Status202Accepted).Refuses(400, 401, 404, 503)
            .Refuses(Problems.NotReturnable);
        returns.MapGet("/{returnId}", Get).WithSummary("How far a return has come, and its refund")
            .Produces<ReturnDetail>().Refuses(401, 404, 503);
        returns.MapGet("/{returnId}/label", Label).WithSummary("What is stuck on the parcel, once its carrier is booked")
            .WithDescription(LabelFormat.Description)
            .Produces<string>(200, ParcelLabel.PdfType, ParcelLabel.ZplType).Refuses(400, 401, 404, 503);

        var admin = app.MapGroup("/admin/returns").WithTags("Administration").RequireAuthorization(Policies.Ops);
        admin.MapPost("/{id:guid}/receipt", Receive).WithSummary("Goods came back: stock grows, money goes back")
            .WithDescription("Counts once; the same again changes nothing. Of what did not come, nothing is refunded.")
            .Produces(202).Refuses(400, 401, 403, 404, 503).Refuses(Problems.NotReturnable);
        admin.MapPost("/{id:guid}/refund", RetryRefund).WithSummary("Tries a refund again that the provider had refused")
            .Produces(202).Refuses(401, 403, 404, 503).Refuses(Problems.NotReturnable);
    }

    private static async Task<IResult> Open(
        string id, ReturnRequest request, Caller caller, HttpContext context, ReturnDesk desk,
        CancellationToken cancellationToken)
    {
        var header = context.Request.Headers[IdempotencyKey.Header];
        var (key, problem) = header.Count == 0 ? (null, null) : IdempotencyKey.Read(header);
        if (problem is not null) return problem;
        var errors = ReturnRules.Check(request);
        if (errors.Count > 0) return Problems.Invalid(errors);
        return IsId(id, caller, out var orderId)
            ? await desk.Open(orderId, caller.Owner!, key, request, cancellationToken)
            : OrderEndpoints.NoSuchOrder();
    }

    private static async Task<IResult> Get(
        string id, string returnId, Caller caller, ReturnReads reads, CancellationToken cancellationToken) =>
        IsId(id, caller, out var orderId) && Guid.TryParseExact(returnId, "D", out var wanted)
            && await reads.Find(orderId, wanted, caller.Owner!, cancellationToken) is { } found
            ? TypedResults.Ok(found)
            : ReturnDesk.NoSuchReturn();

    private static async Task<IResult> Label(
        string id, string returnId, Caller caller, ReturnReads reads, CancellationToken cancellationToken,
        string? format = LabelFormat.Pdf)
    {
        if (LabelFormat.Refuse(format) is { } problem) return problem;
        return IsId(id, caller, out var orderId) && Guid.TryParseExact(returnId, "D", out var wanted)
            && await reads.FindLabel(orderId, wanted, caller.Owner!, cancellationToken) is { } label
            ? LabelFormat.Answer(label, format)
            : Problems.NotFound.Because("No return with this id has a label yet.");
    }

    private static Task<IResult> Receive(
        Guid id, ReturnReceiptRequest receipt, AdminReads warehouses, ReturnDesk desk, CancellationToken cancellationToken) =>
        desk.Receive(id, receipt, warehouses, cancellationToken);

    private static Task<IResult> RetryRefund(Guid id, ReturnDesk desk, CancellationToken cancellationToken) =>
        desk.RetryRefund(id, cancellationToken);

    private static bool IsId(string id, Caller caller, out Guid orderId) =>
        Guid.TryParseExact(id, "D", out orderId) && caller.Owner is not null;

    private static Task DocumentKey(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        operation.TakeHeader(
            IdempotencyKey.Header, "Names the return that is meant: a repeat under the same key is the same return.", most: 257);
        return Task.CompletedTask;
    }
}
