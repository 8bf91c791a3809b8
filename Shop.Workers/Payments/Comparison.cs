namespace Shop.Workers.Payments;

/// <summary>Where the three books of an order disagree, and what mends it. A pure function of them.</summary>
internal static class Comparison
{
    /// <returns>Null while something of the order is under way: it is compared later.</returns>
    public static IReadOnlyList<Difference>? Of(OrderBooks books, Horizon horizon)
    {
        if (IsUnderWay(books, horizon)) return null;
        var found = new List<Difference>();
        var main = books.Payment?.ProviderReference is { } reference
            ? books.Theirs.FirstOrDefault(theirs => theirs.Reference == reference)
            : books.Theirs.FirstOrDefault(theirs => HoldsMoney(theirs, books));
        found.AddRange(books.Theirs
            .Where(theirs => theirs != main && HoldsMoney(theirs, books))
            .Select(extra => new Difference(
                FindingKind.ChargedTwice, $"beside {main?.Reference ?? "nothing of ours"}, {Describe(extra)}",
                extra.Received == 0 ? new Mend.VoidAtProvider(extra.Reference) : null)));
        if (books.Order is null && main is not null && HoldsMoney(main, books)) found.Add(WithoutOrder(books, main));
        switch (books.Payment)
        {
            case null when books.Order is { } order && main is not null && HoldsMoney(main, books):
                found.Add(Unbooked(order, main));
                break;
            case null:
                break;
            case { Status: PaymentState.Declined } or { Status: PaymentState.Voided, CapturedAmount: 0 }
                when main is not null && HoldsMoney(main, books) && books.Order is { } order:
                found.Add(Unbooked(order, main));
                break;
            case { Status: PaymentState.Authorized or PaymentState.Captured } payment when main is null:
                if (horizon.Covers(payment.OpenedAt))
                    found.Add(new(FindingKind.UnknownToProvider,
                        $"{payment.ProviderReference} of {payment.Total} is not in the provider's journal"));
                break;
            case { Status: PaymentState.Authorized or PaymentState.Captured or PaymentState.Voided } payment
                when main is not null && payment.ProviderReference == main.Reference:
                CompareMovements(books, payment, main, horizon, found);
                break;
        }

        return found;
    }

    private static bool IsUnderWay(OrderBooks books, Horizon horizon) =>
        books.Payment is { Status: PaymentState.Authorizing } or { Status: PaymentState.Authorized, VoidReason: not null }
        || books.Attempts.Any(attempt => attempt.Status is PaymentAttemptStatus.Pending or PaymentAttemptStatus.Waiting)
        || ((DateTimeOffset?[])
        [
            books.Payment?.OpenedAt, books.Order?.ChangedAt,
            .. books.Entries.Select(entry => (DateTimeOffset?)entry.At),
            .. books.Attempts.Select(attempt => (DateTimeOffset?)attempt.OpenedAt),
            .. books.Theirs.Select(theirs => (DateTimeOffset?)theirs.CreatedAt),
        ]).Any(at => at > horizon.Now - horizon.Grace);

    /// <summary>Something is held, or was taken and not given back.</summary>
    private static bool HoldsMoney(ProviderPayment theirs, OrderBooks books) =>
        theirs.Capturable > 0 || theirs.Received > GivenBack(theirs, books);

    private static long GivenBack(ProviderPayment theirs, OrderBooks books) =>
        books.Refunds.Where(refund => refund.Reference == theirs.Reference && refund.Counts).Sum(refund => refund.Amount);

    /// <summary>What names no order of ours may be someone else's: it is never touched.</summary>
    private static Difference WithoutOrder(OrderBooks books, ProviderPayment main) => new(
        FindingKind.ChargedWithoutOrder, Describe(main),
        !main.NamesOrder || main.Received > 0 ? null
        : books.Payment is { Status: PaymentState.Authorized } ? new Mend.VoidByCommand()
        : new Mend.VoidAtProvider(main.Reference));

    /// <summary>The provider holds or took what our books do not have.</summary>
    private static Difference Unbooked(OrderFacts order, ProviderPayment main) => order.IsEnded && main.Received == 0
        ? new(FindingKind.AuthorizedAndForgotten, $"{order.Status}; {Describe(main)}", new Mend.VoidAtProvider(main.Reference))
        : new(FindingKind.MovementMissed, $"{order.Status}; our books do not have {Describe(main)}");

    private static void CompareMovements(
        OrderBooks books, Payment payment, ProviderPayment main, Horizon horizon, List<Difference> found)
    {
        if (main.Amount != payment.Amount || main.Currency != payment.Currency)
        {
            found.Add(new(FindingKind.AmountDiffers, $"ours is {payment.Total}, the provider's {main.Amount} {main.Currency}"));
            return;
        }

        CompareCaptures(books, payment, main, found);
        CompareRefunds(books, payment, main, horizon, found);
        CompareHeld(books, payment, main, found);
        if (books.Order is { IsEnded: true } order && payment.Status != PaymentState.Voided)
        {
            if (payment.HoldsCaptured)
                found.Add(new(FindingKind.CapturedForEndedOrder,
                    $"{order.Status}; {payment.CapturedAmount} taken, {payment.RefundedAmount} given back",
                    new Mend.RefundByCommand(
                        payment.CapturedAmount - payment.RefundedAmount - payment.RefundingAmount, payment.Currency)));
            else if (payment.Status == PaymentState.Authorized && main.Capturable > 0)
                found.Add(new(FindingKind.AuthorizedAndForgotten, $"{order.Status}; {Describe(main)}", new Mend.VoidByCommand()));
        }
    }

    private static void CompareCaptures(OrderBooks books, Payment payment, ProviderPayment main, List<Difference> found)
    {
        var excess = main.Received - payment.CapturedAmount;
        if (excess < 0)
            found.Add(new(FindingKind.UnknownToProvider,
                $"our books have {payment.CapturedAmount} taken, the provider {main.Received}"));
        else if (excess > 0)
            found.Add(books.Attempts.FirstOrDefault(attempt => attempt is
                { Kind: PaymentAttemptKind.Capture, Status: PaymentAttemptStatus.Failed } && attempt.Moves == excess)
                is { } missed
                ? new(FindingKind.MovementMissed, $"capture {missed.Id} of {excess}", new Mend.EnterCapture(missed.Id, excess))
                : new(FindingKind.CapturedTooMuch,
                    $"the provider took {main.Received} of {payment.Total}, {payment.CapturedAmount} were asked for"));
    }

    private static void CompareRefunds(
        OrderBooks books, Payment payment, ProviderPayment main, Horizon horizon, List<Difference> found)
    {
        var theirs = books.Refunds.Where(refund => refund.Reference == main.Reference && refund.Counts).ToList();
        var ours = books.Entries.Where(entry => entry.Kind == PaymentEntryKind.Refund).ToList();
        foreach (var entry in ours)
        {
            var match = theirs.FirstOrDefault(refund => refund.RefundId == entry.ReferenceId);
            if (match is null && horizon.CoversRefund(entry.At))
                found.Add(new(FindingKind.RefundMissing, $"refund {entry.ReferenceId} of {entry.Amount}"));
            else if (match is not null && match.Amount != entry.Amount)
                found.Add(new(FindingKind.AmountDiffers,
                    $"refund {entry.ReferenceId} is {entry.Amount} with us and {match.Amount} with the provider"));
        }

        var left = payment.CapturedAmount - payment.RefundedAmount - payment.RefundingAmount;
        foreach (var refund in theirs.Where(refund => ours.All(entry => entry.ReferenceId != refund.RefundId)))
            found.Add(new(FindingKind.MovementMissed, $"refund {refund.Id} of {refund.Amount}",
                refund.Amount <= left ? new Mend.EnterRefund(refund.RefundId, refund.Amount) : null));
    }

    private static void CompareHeld(OrderBooks books, Payment payment, ProviderPayment main, List<Difference> found)
    {
        if (payment.Status != PaymentState.Authorized && main.Capturable > 0)
            found.Add(new(FindingKind.AuthorizedAndForgotten, $"{payment.Status} with us; {Describe(main)}",
                new Mend.VoidAtProvider(main.Reference)));
        else if (payment is { Status: PaymentState.Authorized, CapturedAmount: 0 } && main.Status == "canceled")
            found.Add(books.Order is { IsEnded: false }
                ? new(FindingKind.AuthorizationLost, $"{books.Order.Status}; nothing is held any more", new Mend.EnterVoid())
                : new(FindingKind.MovementMissed, "a void", new Mend.VoidByCommand()));
    }

    private static string Describe(ProviderPayment theirs) =>
        $"{theirs.Reference} ({theirs.Status}) holds {theirs.Capturable} and has taken {theirs.Received} {theirs.Currency}";
}

/// <summary>What a comparison found.</summary>
/// <param name="Kind">What differs.</param>
/// <param name="Detail">Amounts and references; nothing of a person.</param>
/// <param name="Mend">What puts it right; null is for people.</param>
internal sealed record Difference(FindingKind Kind, string Detail, Mend? Mend = null);

/// <summary>What puts a difference right without anybody losing money.</summary>
internal abstract record Mend
{
    private Mend()
    {
    }

    public sealed record VoidByCommand : Mend;

    /// <summary>Of a payment that is not ours by our books, so that no command reaches it.</summary>
    public sealed record VoidAtProvider(string Reference) : Mend;

    public sealed record RefundByCommand(long Amount, string Currency) : Mend;

    /// <summary>The provider has it, our books do not.</summary>
    public sealed record EnterCapture(Guid Id, long Amount) : Mend;

    public sealed record EnterRefund(Guid Id, long Amount) : Mend;

    /// <summary>The hold ran out, or somebody released it; the order goes on, and people must see it.</summary>
    public sealed record EnterVoid : Mend;
}

/// <summary>What of the provider's journal has been read, by the database's clock.</summary>
internal sealed record Horizon(
    DateTimeOffset Now, TimeSpan Grace, DateTimeOffset Since, DateTimeOffset PaymentsThrough, DateTimeOffset RefundsThrough)
{
    /// <summary>Whether a payment of that time would have been seen.</summary>
    public bool Covers(DateTimeOffset at) => at >= Since + Grace && at < PaymentsThrough - Grace;

    public bool CoversRefund(DateTimeOffset at) => at >= Since + Grace && at < RefundsThrough - Grace;
}
