using Shop.Api.Http;
using Shop.Messaging.DeadLetters;

namespace Shop.Api.Ops;

/// <summary>Messages that failed alike: in one queue, with one fault.</summary>
internal sealed record DeadLetterGroup(string Fault, string Queue, int Count, IReadOnlyList<DeadLetterView> Letters);

/// <summary>Without the message itself, which may tell of persons.</summary>
internal sealed record DeadLetterView(Guid Id, Guid? MessageId, string MessageType, string Detail, DateTime ParkedAt);

internal static class DeadLetterEndpoints
{
    public static void MapOps(this IEndpointRouteBuilder app)
    {
        var ops = app.MapGroup("/ops").WithTags("Operations").RequireAuthorization(Policies.Ops);
        ops.MapGet("/dead-letters", List).WithSummary("Parked messages by fault, the oldest hundred")
            .Produces<IReadOnlyList<DeadLetterGroup>>().Refuses(401, 403, 503);
        ops.MapPost("/dead-letters/{id:guid}/replay", Replay).WithSummary("Sends one to its queue again; safe to repeat")
            .Produces(202).Refuses(401, 403, 404, 503);
        ops.MapPost("/dead-letters/{id:guid}/discard", Discard).WithSummary("Gives one up for good")
            .Produces(202).Refuses(401, 403, 404, 503);
    }

    private static async Task<IResult> List(DeadLetterPark park, CancellationToken cancellationToken)
    {
        var letters = await park.List(cancellationToken);
        IReadOnlyList<DeadLetterGroup> groups =
        [
            .. letters.GroupBy(letter => (letter.Fault, letter.Queue))
                .Select(group => new DeadLetterGroup(group.Key.Fault, group.Key.Queue, group.Count(),
                    [.. group.Select(Show)]))
                .OrderByDescending(group => group.Count),
        ];
        return TypedResults.Ok(groups);
    }

    private static async Task<IResult> Replay(Guid id, DeadLetterPark park, CancellationToken cancellationToken) =>
        Answer(await park.Replay(id, cancellationToken));

    private static async Task<IResult> Discard(Guid id, DeadLetterPark park, CancellationToken cancellationToken) =>
        Answer(await park.Discard(id, cancellationToken));

    private static IResult Answer(bool isDone) => isDone
        ? TypedResults.StatusCode(StatusCodes.Status202Accepted)
        : Problems.NotFound.Because("No message is parked under this id.");

    private static DeadLetterView Show(DeadLetter letter) =>
        new(letter.Id, letter.MessageId, letter.MessageType, letter.Detail, letter.ParkedAt.UtcDateTime);
}
