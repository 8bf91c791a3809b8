using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Shop.Contracts;
using Shop.Contracts.Fulfillment;
using Shop.Contracts.Inventory;

namespace Shop.Api.Parcels;

/// <summary>A parcel as those who send it see it.</summary>
internal sealed record ParcelView
{
    public required Guid Id { get; init; }
    public required Guid OrderId { get; init; }
    public required string Warehouse { get; init; }

    /// <summary>One of the words of <see cref="ParcelStatus"/>.</summary>
    public required string Status { get; init; }

    /// <summary>Null until it is labelled, as is its number.</summary>
    public required string? Carrier { get; init; }

    public required string? TrackingNumber { get; init; }
    public required IReadOnlyList<StockLine> Lines { get; init; }

    /// <summary>What is taken of the order's payment when it leaves.</summary>
    public required Money Amount { get; init; }

    /// <summary>Whether it is on its way out: its payment is being taken.</summary>
    public required bool Leaving { get; init; }

    /// <summary>Why it does not leave.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }

    public required DateTime CreatedAt { get; init; }
    public required DateTime StatusSince { get; init; }

    [JsonIgnore]
    public bool HasLeft => Status is ParcelStatus.HandedOver or ParcelStatus.InTransit or ParcelStatus.Delivered
        or ParcelStatus.Lost;
}

/// <summary>Why a warehouse cannot ship a parcel.</summary>
internal sealed record UnshippableRequest
{
    public const int LongestReason = 200;

    [Required]
    [Length(1, LongestReason)]
    public string? Reason { get; init; }
}
