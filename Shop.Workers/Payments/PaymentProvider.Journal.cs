using Stripe;

namespace Shop.Workers.Payments;

/// <summary>The provider's own journal, which ours is held against.</summary>
internal sealed partial class PaymentProvider
{
    private const int PageSize = 100;

    /// <summary>Payments that were made in a window, from the newest on. Null while the provider is silent.</summary>
    /// <param name="window">By the provider's clock, to the second.</param>
    /// <param name="after">The last of the page before; null is the first page.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<JournalPage<ProviderPayment>?> ListPayments(
        TimeWindow window, string? after, CancellationToken cancellationToken)
    {
        var options = new PaymentIntentListOptions { Created = Created(window), StartingAfter = after, Limit = PageSize };
        var answer = await call.Ask((_, token) => intents.ListAsync(options, null, token), cancellationToken);
        if (answer.Value is null) LogNotDone("list payments", "", answer.Silence ?? Describe(answer.Refusal!));
        return answer.Value is { } page ? new([.. page.Data.Select(ProviderPayment.Of)], page.HasMore) : null;
    }

    /// <summary>Refunds that were made in a window, likewise.</summary>
    public async Task<JournalPage<ProviderRefund>?> ListRefunds(
        TimeWindow window, string? after, CancellationToken cancellationToken)
    {
        var options = new RefundListOptions { Created = Created(window), StartingAfter = after, Limit = PageSize };
        var answer = await call.Ask((_, token) => refunds.ListAsync(options, null, token), cancellationToken);
        if (answer.Value is null) LogNotDone("list refunds", "", answer.Silence ?? Describe(answer.Refusal!));
        return answer.Value is { } page ? new([.. page.Data.Select(ProviderRefund.Of)], page.HasMore) : null;
    }

    /// <summary>One payment as it is now, with its refunds. Null while the provider is silent, or knows none.</summary>
    public async Task<(ProviderPayment Payment, IReadOnlyList<ProviderRefund> Refunds)?> Read(
        string reference, CancellationToken cancellationToken)
    {
        if ((await Get(reference, cancellationToken)).Value is not { } intent) return null;
        if (intent.AmountReceived == 0) return (ProviderPayment.Of(intent), []);
        var made = await call.Ask(
            (_, token) => refunds.ListAsync(new() { PaymentIntent = reference, Limit = MostRefunds }, null, token),
            cancellationToken);
        return made.Value is { } page ? (ProviderPayment.Of(intent), [.. page.Data.Select(ProviderRefund.Of)]) : null;
    }

    private static DateRangeOptions Created(TimeWindow window) => new()
    {
        GreaterThanOrEqual = window.From.UtcDateTime,
        LessThan = window.To.UtcDateTime,
    };
}

/// <param name="Items">From the newest on.</param>
/// <param name="HasMore">Whether older ones follow.</param>
internal sealed record JournalPage<T>(IReadOnlyList<T> Items, bool HasMore);

/// <summary>Without its end.</summary>
internal sealed record TimeWindow(DateTimeOffset From, DateTimeOffset To);
