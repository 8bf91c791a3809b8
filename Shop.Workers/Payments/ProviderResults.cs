using Shop.Contracts;

namespace Shop.Workers.Payments;

/// <summary>What became of an authorisation.</summary>
internal abstract record AuthorizationResult
{
    private AuthorizationResult()
    {
    }

    /// <summary>The money is held, or was already taken.</summary>
    /// <param name="Reference">The provider's id of the payment, such as <c>pi_…</c>.</param>
    /// <param name="Amount">What is held or was taken.</param>
    public sealed record Authorized(string Reference, Money Amount) : AuthorizationResult;

    /// <summary>No money is held, and none will be.</summary>
    /// <param name="Code">The provider's code, such as <c>card_declined</c>, or <c>invalid_request</c>.</param>
    /// <param name="Detail">Fit for the customer.</param>
    /// <param name="Reference">The provider's id of the payment, if one was made.</param>
    public sealed record Declined(string Code, string Detail, string? Reference = null) : AuthorizationResult;

    /// <summary>Money may be held. Only <see cref="PaymentProvider.Resolve"/> can tell.</summary>
    public sealed record Unknown(string Detail) : AuthorizationResult;
}

/// <summary>What became of giving an authorisation back.</summary>
internal abstract record VoidResult
{
    private VoidResult()
    {
    }

    /// <summary>Nothing is held any more, by this call or an earlier one.</summary>
    public sealed record Voided : VoidResult;

    /// <summary>The money was taken before; only a refund gives it back.</summary>
    public sealed record AlreadyCaptured(Money Amount) : VoidResult;

    /// <summary>It may still be held: call again.</summary>
    public sealed record Unknown(string Detail) : VoidResult;
}

/// <summary>What became of taking money that is held.</summary>
internal abstract record CaptureResult
{
    private CaptureResult()
    {
    }

    /// <summary>It is taken, by this call or an earlier one.</summary>
    public sealed record Captured(Money Amount) : CaptureResult;

    public sealed record Refused(string Code) : CaptureResult;

    /// <summary>It may be taken: call again.</summary>
    public sealed record Unknown(string Detail) : CaptureResult;
}

/// <summary>What became of giving money back.</summary>
internal abstract record RefundResult
{
    private RefundResult()
    {
    }

    /// <param name="Reference">The provider's id of the refund, such as <c>re_…</c>.</param>
    /// <param name="Amount">What was given back.</param>
    public sealed record Refunded(string Reference, Money Amount) : RefundResult;

    public sealed record Refused(string Code) : RefundResult;

    /// <summary>It may be given back: call again with the same id.</summary>
    public sealed record Unknown(string Detail) : RefundResult;
}
