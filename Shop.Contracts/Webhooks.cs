namespace Shop.Contracts.Webhooks;

// Commands

/// <summary>
/// Registers an address that hears of the orders of a person. Beyond the most that a person may have it is dropped.
/// </summary>
public sealed record RegisterWebhook : ICommand
{
    /// <summary>How many a person may have.</summary>
    public const int MostOfOwner = 10;

    public required Guid WebhookId { get; init; }

    /// <summary><c>user:{id}</c>.</summary>
    public required string Owner { get; init; }

    /// <summary>Absolute, http or https.</summary>
    public required string Url { get; init; }

    public string? Description { get; init; }

    /// <summary>What its deliveries are signed with, sealed: only the host that signs can read it.</summary>
    public required byte[] SealedSecret { get; init; }

    /// <summary>Printed, it does not tell the address, which may hold a secret of its owner's.</summary>
    public override string ToString() => $"{nameof(RegisterWebhook)} {{ WebhookId = {WebhookId} }}";
}

/// <summary>Forgets an address with everything that waits for it. Of somebody else's, nothing.</summary>
public sealed record RemoveWebhook : ICommand
{
    public required Guid WebhookId { get; init; }
    public required string Owner { get; init; }
}

// Values

/// <summary>The words that clients see as the status of an address.</summary>
public static class WebhookStatus
{
    public const string Active = "ACTIVE";

    /// <summary>A delivery was given up; the next that succeeds makes it active again.</summary>
    public const string Failing = "FAILING";

    /// <summary>It said that it is gone: it hears nothing any more.</summary>
    public const string Disabled = "DISABLED";
}

/// <summary>The words that clients see as the status of a delivery.</summary>
public static class WebhookDeliveryStatus
{
    public const string Pending = "PENDING";
    public const string Delivered = "DELIVERED";
    public const string GivenUp = "GIVEN_UP";
}
