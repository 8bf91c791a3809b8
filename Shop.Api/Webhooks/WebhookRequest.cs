using System.ComponentModel.DataAnnotations;

namespace Shop.Api.Webhooks;

/// <summary>
/// What a client sends. The attributes only document: <see cref="WebhookRules"/> says all that is wrong at once.
/// </summary>
internal sealed record WebhookRequest
{
    /// <summary>Absolute and https.</summary>
    [Required]
    [MaxLength(WebhookRules.LongestUrl)]
    public string? Url { get; init; }

    [MaxLength(WebhookRules.LongestDescription)]
    public string? Description { get; init; }

    /// <summary>Printed, it does not tell the address.</summary>
    public override string ToString() => nameof(WebhookRequest);
}

/// <summary>The answer 202 to a registration. <c>Secret</c> is shown this once: deliveries are signed with it.</summary>
internal sealed record WebhookRegistered(Guid Id, string Url, string? Description, string Secret, string StatusUrl)
{
    /// <summary>Printed, it tells neither address nor secret.</summary>
    public override string ToString() => $"{nameof(WebhookRegistered)} {{ Id = {Id} }}";
}

/// <summary>
/// An address that hears of the caller's orders. <c>Status</c> is ACTIVE, FAILING or DISABLED; <c>LastError</c> says why
/// the last delivery failed, until one succeeds.
/// </summary>
internal record WebhookView
{
    public required Guid Id { get; init; }
    public required string Url { get; init; }
    public string? Description { get; init; }
    public required string Status { get; init; }
    public string? LastError { get; init; }
    public DateTime? FailedAt { get; init; }
    public required DateTime CreatedAt { get; init; }

    /// <summary>Printed, it does not tell the address.</summary>
    public override string ToString() => $"{nameof(WebhookView)} {{ Id = {Id}, Status = {Status} }}";
}

/// <summary>An address with what it heard last, the newest first.</summary>
internal sealed record WebhookDetail : WebhookView
{
    public required IReadOnlyList<WebhookDeliveryView> Deliveries { get; init; }

    /// <summary>Printed, it does not tell the address.</summary>
    public override string ToString() => base.ToString();
}

/// <summary>
/// What was, or is to be, told of an order. <c>Status</c> is PENDING, DELIVERED or GIVEN_UP; <c>ResponseStatus</c> is what
/// the address answered last; <c>NextAttemptAt</c> is there while it is pending.
/// </summary>
internal sealed record WebhookDeliveryView(
    string Id, Guid OrderId, string Type, int Sequence, string Status, int Attempts, int? ResponseStatus,
    string? LastError, DateTime CreatedAt, DateTime? NextAttemptAt, DateTime? SettledAt);
