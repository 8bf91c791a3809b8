using System.Globalization;
using System.Text.Json.Serialization;

namespace Shop.Api.Sales;

/// <summary>Where the caller is in the waiting room of a sale.</summary>
internal sealed record QueueView
{
    public required string Sku { get; init; }

    /// <summary>One of the words of <see cref="QueueState"/>.</summary>
    public required string State { get; init; }

    /// <summary>The caller's ticket, which the draw is about; null where there is no more to wait for.</summary>
    public Guid? Ticket { get; init; }

    /// <summary>From 1; only while WAITING.</summary>
    public long? Position { get; init; }

    /// <summary>By how many were let in of late; null while that is not known.</summary>
    public int? EstimatedWaitSeconds { get; init; }

    /// <summary>Until when to check out; only when ADMITTED.</summary>
    public DateTimeOffset? AdmittedUntil { get; init; }

    public required DateTime StartsAt { get; init; }
    public required DateTime EndsAt { get; init; }
    public required int PerPersonLimit { get; init; }

    /// <summary>The SHA-256 of the seed of the draw, in hexadecimal digits; known from the beginning.</summary>
    public required string Commitment { get; init; }

    /// <summary>The seed in hexadecimal digits, once the draw is made.</summary>
    public string? Seed { get; init; }

    /// <summary>When it is worth asking again.</summary>
    public required int PollAfterMs { get; init; }

    /// <param name="sale">Of the room.</param>
    /// <param name="place">Null where there is nothing to wait for.</param>
    public static QueueView Of(SaleTerms sale, RoomPlace? place)
    {
        var state = QueueState.Of(sale, place);
        var isWaiting = state == QueueState.Waiting;
        return new QueueView
        {
            Sku = sale.Sku,
            State = state,
            Ticket = place?.Ticket,
            Position = isWaiting ? place!.Ahead + 1 : null,
            EstimatedWaitSeconds = isWaiting ? Estimate(place!) : null,
            AdmittedUntil = state == QueueState.Admitted ? place!.AdmittedUntil : null,
            StartsAt = sale.StartsAt,
            EndsAt = sale.EndsAt,
            PerPersonLimit = sale.PerPersonLimit,
            Commitment = Convert.ToHexStringLower(sale.Commitment),
            Seed = sale.Seed is { } seed && (place?.IsDrawn ?? true) ? Convert.ToHexStringLower(seed) : null,
            PollAfterMs = state is QueueState.SoldOut or QueueState.Ended ? 10_000 : 1_000,
        };
    }

    /// <summary>What tells it from one that was sent before.</summary>
    [JsonIgnore]
    public string Mark => string.Create(
        CultureInfo.InvariantCulture, $"{State} {Ticket} {Position} {EstimatedWaitSeconds} {Seed is null} {EndsAt:O}");

    private static int? Estimate(RoomPlace place)
    {
        const double slowest = 0.001;
        return place.Rate < slowest ? null : (int)Math.Min(int.MaxValue, Math.Ceiling((place.Ahead!.Value + 1) / place.Rate));
    }
}

/// <summary>The words for how far somebody has come.</summary>
internal static class QueueState
{
    public const string WaitingForStart = "WAITING_FOR_START";
    public const string Waiting = "WAITING";
    public const string Admitted = "ADMITTED";

    /// <summary>Nothing is left, unless something that is reserved is given back: places in the line stay.</summary>
    public const string SoldOut = "SOLD_OUT";

    public const string Ended = "ENDED";

    public static string Of(SaleTerms sale, RoomPlace? place) =>
        sale.HasEnded ? Ended
        : !sale.HasStarted ? WaitingForStart
        : sale.Left == 0 || place is null ? SoldOut
        : place.AdmittedUntil is not null ? Admitted
        : place is { IsDrawn: true, Ahead: not null } ? Waiting
        : WaitingForStart;
}
