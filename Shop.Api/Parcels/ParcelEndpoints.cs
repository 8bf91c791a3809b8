using Shop.Api.Admin;
using Shop.Api.Http;
using Shop.Contracts.Fulfillment;

namespace Shop.Api.Parcels;

/// <summary>What warehouses do with parcels.</summary>
internal static class ParcelEndpoints
{
    public static readonly IReadOnlyList<string> Statuses =
    [
        ParcelStatus.Allocated, ParcelStatus.Picking, ParcelStatus.Labelled, ParcelStatus.HandedOver,
        ParcelStatus.InTransit, ParcelStatus.Delivered, ParcelStatus.Stopped, ParcelStatus.Cancelled, ParcelStatus.Lost,
    ];

    public static void AddParcels(this WebApplicationBuilder builder) => builder.Services.AddSingleton<ParcelReads>();

    public static void MapParcels(this IEndpointRouteBuilder app)
    {
        var parcels = app.MapGroup("/admin/parcels").WithTags("Administration").RequireAuthorization(Policies.Ops);
        parcels.MapGet("", List).WithSummary("Parcels, the newest first").Pages()
            .WithDescription("status and warehouse narrow it down. Needs a token with the role ops.")
            .Produces<Page<ParcelView>>().Refuses(400, 401, 403, 503);
        parcels.MapPost("/{id:guid}/hand-over", HandOver).WithSummary("Gives a labelled parcel to its carrier")
            .WithDescription("Its part of the payment is taken first; it has left when its status says so. Of this and a "
                + "cancellation that comes at the same time, one succeeds. Repeating it changes nothing.")
            .Produces(202).Refuses(401, 403, 404, 503).Refuses(Problems.NotShippable);
        parcels.MapPost("/{id:guid}/unshippable", ReportUnshippable)
            .WithSummary("Says that a warehouse cannot ship a parcel")
            .WithDescription("Its goods are looked for in other warehouses: new parcels bring them, or it stays STOPPED.")
            .Produces(202).Refuses(400, 401, 403, 404, 503).Refuses(Problems.NotShippable);
        parcels.MapGet("/{id:guid}/label", Label).WithSummary("The label of a parcel, once it has one")
            .WithDescription(LabelFormat.Description)
            .Produces<string>(200, ParcelLabel.PdfType, ParcelLabel.ZplType).Refuses(400, 401, 403, 404, 503);
    }

    private static async Task<IResult> List(
        PageQuery page, ParcelReads parcels, CancellationToken cancellationToken, string? status = null,
        string? warehouse = null)
    {
        var errors = new FieldErrors();
        errors.Require("status", status is null || Statuses.Contains(status), "It must be the status of a parcel.");
        errors.Require("warehouse", warehouse is null || StockRules.IsWarehouse(warehouse), "It must be the code of a warehouse.");
        if (errors.ByField.Count > 0) return Problems.Invalid(errors.ByField);
        var cursor = new Cursor<DateTime, Guid>($"parcels.newest {status} {warehouse}");
        if (page.Begin(cursor, out var before) is { } problem) return problem;
        var newest = await parcels.Newest(status, warehouse, before, page.Limit + 1, cancellationToken);
        return TypedResults.Ok(
            Page<ParcelView>.Of(newest, page.Limit, parcel => cursor.Write(parcel.CreatedAt, parcel.Id)));
    }

    private static async Task<IResult> HandOver(
        Guid id, ParcelReads parcels, CommandDesk desk, CancellationToken cancellationToken)
    {
        if (await parcels.Find(id, cancellationToken) is not { } parcel) return NoSuchParcel();
        if (!parcel.HasLeft && parcel.Status != ParcelStatus.Labelled)
            return Problems.NotShippable.Because($"It is {parcel.Status}.");
        if (!parcel.HasLeft && !parcel.Leaving)
            await desk.Accept(new HandOverParcel { ParcelId = id }, $"parcels of {parcel.OrderId}");
        return TypedResults.Accepted((string?)null);
    }

    private static async Task<IResult> ReportUnshippable(
        Guid id, UnshippableRequest request, ParcelReads parcels, CommandDesk desk, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        errors.RequireText("reason", request.Reason, UnshippableRequest.LongestReason);
        if (errors.ByField.Count > 0) return Problems.Invalid(errors.ByField);
        if (await parcels.Find(id, cancellationToken) is not { } parcel) return NoSuchParcel();
        if (parcel.HasLeft || parcel.Leaving || parcel.Status == ParcelStatus.Cancelled)
            return Problems.NotShippable.Because(parcel.Leaving ? "It is leaving." : $"It is {parcel.Status}.");
        await desk.Accept(
            new ReportParcelUnshippable { ParcelId = id, Reason = request.Reason! }, $"parcels of {parcel.OrderId}");
        return TypedResults.Accepted((string?)null);
    }

    private static async Task<IResult> Label(
        Guid id, ParcelReads parcels, CancellationToken cancellationToken, string? format = LabelFormat.Pdf)
    {
        if (LabelFormat.Refuse(format) is { } problem) return problem;
        return await parcels.FindLabel(id, cancellationToken) is { } label
            ? LabelFormat.Answer(label, format)
            : Problems.NotFound.Because("No parcel with this id has a label.");
    }

    private static ProblemResult NoSuchParcel() => Problems.NotFound.Because("There is no parcel with this id.");
}
