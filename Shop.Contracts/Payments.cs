namespace Shop.Contracts.Payments;

// Commands

/// <summary>
/// Authorises an order's total. Answered by <see cref="PaymentAuthorized"/> or <see cref="PaymentDeclined"/>, also when
/// repeated; by nothing while the provider does not say what became of it.
/// </summary>
public sealed record AuthorizePayment : ICommand
{
    public required Guid OrderId { get; init; }
    public required Money Amount { get; init; }

    /// <summary>The provider's token for a card.</summary>
    public required string PaymentMethod { get; init; }

    /// <summary>Printed, it does not tell the card.</summary>
    public override string ToString() => $"{nameof(AuthorizePayment)} {{ OrderId = {OrderId}, Amount = {Amount} }}";
}

/// <summary>Asks the provider what became of an authorisation that got no answer. Answered as <see cref="AuthorizePayment"/> is.</summary>
public sealed record ResolvePayment : ICommand
{
    public required Guid OrderId { get; init; }
}

/// <summary>
/// Gives an authorisation back, or makes sure that none comes to be. Answered by <see cref="PaymentVoided"/>, also when repeated.
/// </summary>
public sealed record VoidPayment : ICommand
{
    public required Guid OrderId { get; init; }
    public required string Reason { get; init; }
}

/// <summary>
/// Takes a part of an order's authorisation, once for each <see cref="CaptureId"/>. Answered by
/// <see cref="PaymentCaptured"/> or <see cref="PaymentCaptureFailed"/>, also when repeated; by nothing while the provider
/// does not say what became of it.
/// </summary>
public sealed record CapturePayment : ICommand
{
    public required Guid OrderId { get; init; }

    /// <summary>Ours: the parcel that it pays for.</summary>
    public required Guid CaptureId { get; init; }

    public required Money Amount { get; init; }

    /// <summary>Whether nothing more will be taken: what is left of the authorisation is released.</summary>
    public required bool Final { get; init; }
}

/// <summary>
/// Gives captured money back, once for each <see cref="RefundId"/>, never more than was captured. Answered by
/// <see cref="PaymentRefunded"/> or <see cref="PaymentRefundFailed"/>, also when repeated; by nothing while the provider
/// does not say what became of it.
/// </summary>
public sealed record RefundPayment : ICommand
{
    public required Guid OrderId { get; init; }

    /// <summary>Ours: the return that it is for.</summary>
    public required Guid RefundId { get; init; }

    public required Money Amount { get; init; }
    public required string Reason { get; init; }
}

/// <summary>Closes a finding of the reconciliation that people have dealt with; it is not raised again.</summary>
public sealed record DismissFinding : ICommand
{
    public required Guid FindingId { get; init; }
    public required string Reason { get; init; }

    /// <summary>The operator's id.</summary>
    public required string By { get; init; }
}

/// <summary>What the provider's signed webhook told. It may come before the answer to the call, twice, or never.</summary>
public sealed record RecordPaymentNotification : ICommand
{
    public required Guid OrderId { get; init; }

    /// <summary>The provider's id of the event, such as <c>evt_…</c>.</summary>
    public required string NotificationId { get; init; }

    /// <summary>The provider's id of the payment, such as <c>pi_…</c>.</summary>
    public required string ProviderReference { get; init; }

    /// <summary>The provider's word for the payment's state, such as <c>requires_capture</c>.</summary>
    public required string ProviderStatus { get; init; }

    public required Money Amount { get; init; }
    public string? DeclineCode { get; init; }
}

// Events

public sealed record PaymentAuthorized : IEvent
{
    public required Guid OrderId { get; init; }
    public required string ProviderReference { get; init; }
    public required Money Amount { get; init; }
}

public sealed record PaymentDeclined : IEvent
{
    public required Guid OrderId { get; init; }

    /// <summary>The provider's decline code, such as <c>card_declined</c>.</summary>
    public required string Code { get; init; }

    public required string Detail { get; init; }
}

/// <summary>No money of this order is held any more, and none will be.</summary>
public sealed record PaymentVoided : IEvent
{
    public required Guid OrderId { get; init; }
}

public sealed record PaymentCaptured : IEvent
{
    public required Guid OrderId { get; init; }
    public required Guid CaptureId { get; init; }
    public required Money Amount { get; init; }
}

/// <summary>The provider refuses, or it would be more than is authorised: nothing was taken, and nothing will be.</summary>
public sealed record PaymentCaptureFailed : IEvent
{
    public required Guid OrderId { get; init; }
    public required Guid CaptureId { get; init; }
    public required string Reason { get; init; }
}

public sealed record PaymentRefunded : IEvent
{
    public required Guid OrderId { get; init; }
    public required Guid RefundId { get; init; }
    public required Money Amount { get; init; }
}

/// <summary>The provider refuses, or it would be more than was captured: nothing was given back, and nothing will be.</summary>
public sealed record PaymentRefundFailed : IEvent
{
    public required Guid OrderId { get; init; }
    public required Guid RefundId { get; init; }
    public required string Reason { get; init; }
}
