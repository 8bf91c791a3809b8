using Shop.Workers.Payments;
using Xunit;

namespace Shop.Tests.Payments;

/// <summary>What three books of one order say together.</summary>
public sealed class ComparisonTests
{
    private const string Reference = "pi_1";

    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Before = Now.AddHours(-1);

    private static readonly Horizon Horizon = new(
        Now, TimeSpan.FromMinutes(10), Now.AddDays(-9), Now.AddMinutes(-10), Now.AddMinutes(-10));

    [Fact]
    public void Books_that_agree_show_nothing() => Assert.Empty(Compare(Books("CONFIRMED"))!);

    [Fact]
    public void An_order_that_ended_is_relieved_of_its_hold() =>
        Assert.IsType<Mend.VoidByCommand>(Single(FindingKind.AuthorizedAndForgotten, Books("CANCELLED")).Mend);

    [Fact]
    public void What_changed_within_the_grace_is_left_for_later() =>
        Assert.Null(Compare(Books("CANCELLED") with { Order = new OrderFacts("CANCELLED", Now.AddMinutes(-1)) }));

    [Theory]
    [InlineData((int)PaymentAttemptStatus.Pending)]
    [InlineData((int)PaymentAttemptStatus.Waiting)]
    public void What_the_provider_has_not_answered_is_left_for_later(int status) => Assert.Null(Compare(
        Books("CANCELLED") with
        {
            Attempts = [new PaymentAttempt { Status = (PaymentAttemptStatus)status, OpenedAt = Before }],
        }));

    [Fact]
    public void A_void_under_way_is_left_for_later() => Assert.Null(Compare(Books("CANCELLED") with
    {
        Payment = Payment(voidReason: "cancelled"),
    }));

    [Fact]
    public void What_names_no_order_is_told_and_never_touched() => Assert.Null(Single(
        FindingKind.ChargedWithoutOrder,
        new OrderBooks { OrderId = Guid.NewGuid(), Theirs = [Theirs(namesOrder: false)] }).Mend);

    [Fact]
    public void What_names_an_order_that_there_is_not_is_released() => Assert.IsType<Mend.VoidAtProvider>(Single(
        FindingKind.ChargedWithoutOrder, new OrderBooks { OrderId = Guid.NewGuid(), Theirs = [Theirs()] }).Mend);

    [Fact]
    public void What_was_taken_for_no_order_is_for_people() => Assert.Null(Single(
        FindingKind.ChargedWithoutOrder,
        new OrderBooks { OrderId = Guid.NewGuid(), Theirs = [Theirs(status: "succeeded", held: 0, taken: 1000)] }).Mend);

    [Fact]
    public void Of_two_holds_the_one_that_is_not_ours_is_released() => Assert.Equal(
        new Mend.VoidAtProvider("pi_2"),
        Single(FindingKind.ChargedTwice, Books("CONFIRMED") with { Theirs = [Theirs(), Theirs("pi_2")] }).Mend);

    [Fact]
    public void A_second_payment_that_was_taken_is_for_people() => Assert.Null(Single(
        FindingKind.ChargedTwice,
        Books("CONFIRMED") with { Theirs = [Theirs(), Theirs("pi_2", "succeeded", held: 0, taken: 1000)] }).Mend);

    [Fact]
    public void A_payment_that_the_journal_should_have_is_missed() =>
        Single(FindingKind.UnknownToProvider, Books("CONFIRMED") with { Theirs = [] });

    [Fact]
    public void One_that_the_journal_was_not_read_for_yet_is_not() => Assert.Empty(Comparison.Of(
        Books("CONFIRMED") with { Theirs = [] }, Horizon with { PaymentsThrough = Before.AddMinutes(5) })!);

    [Fact]
    public void What_was_taken_for_an_order_that_ended_goes_back() => Assert.Equal(
        new Mend.RefundByCommand(300, "USD"),
        Single(FindingKind.CapturedForEndedOrder, Books("EXPIRED") with
        {
            Payment = Payment(captured: 400, refunded: 100),
            Entries = [Entry(PaymentEntryKind.Capture, 400), Entry(PaymentEntryKind.Refund, 100, Refund)],
            Theirs = [Theirs(held: 600, taken: 400)],
            Refunds = [TheirRefund(100)],
        }).Mend);

    [Fact]
    public void A_refund_that_we_missed_is_entered() => Assert.Equal(
        new Mend.EnterRefund(Refund, 100),
        Single(FindingKind.MovementMissed, Books("DELIVERED") with
        {
            Payment = Payment(captured: 400),
            Theirs = [Theirs(held: 600, taken: 400)],
            Refunds = [TheirRefund(100)],
        }).Mend);

    [Fact]
    public void A_refund_that_failed_later_is_missed() => Single(FindingKind.RefundMissing, Books("DELIVERED") with
    {
        Payment = Payment(captured: 400, refunded: 100),
        Entries = [Entry(PaymentEntryKind.Refund, 100, Refund)],
        Theirs = [Theirs(held: 600, taken: 400)],
        Refunds = [TheirRefund(100, "failed")],
    });

    private static readonly Guid Refund = Guid.NewGuid();

    private static IReadOnlyList<Difference>? Compare(OrderBooks books) => Comparison.Of(books, Horizon);

    private static Difference Single(FindingKind kind, OrderBooks books)
    {
        var found = Assert.Single(Compare(books)!);
        Assert.Equal(kind, found.Kind);
        return found;
    }

    private static OrderBooks Books(string status) => new()
    {
        OrderId = Guid.NewGuid(),
        Order = new OrderFacts(status, Before),
        Payment = Payment(),
        Entries = [Entry(PaymentEntryKind.Authorization, 1000)],
        Theirs = [Theirs()],
    };

    private static Payment Payment(long captured = 0, long refunded = 0, string? voidReason = null) => new()
    {
        Status = PaymentState.Authorized,
        Amount = 1000,
        Currency = "USD",
        ProviderReference = Reference,
        CapturedAmount = captured,
        RefundedAmount = refunded,
        VoidReason = voidReason,
        OpenedAt = Before,
    };

    private static PaymentEntry Entry(PaymentEntryKind kind, long amount, Guid id = default) =>
        new() { Kind = kind, Amount = amount, ReferenceId = id, At = Before };

    private static ProviderPayment Theirs(
        string reference = Reference, string status = "requires_capture", long held = 1000, long taken = 0,
        bool namesOrder = true) => new()
    {
        Reference = reference,
        NamesOrder = namesOrder,
        Amount = 1000,
        Currency = "USD",
        Status = status,
        Capturable = held,
        Received = taken,
        CreatedAt = Before,
    };

    private static ProviderRefund TheirRefund(long amount, string status = "succeeded") => new()
    {
        Id = "re_1", Reference = Reference, RefundId = Refund, Amount = amount, Status = status, CreatedAt = Before,
    };
}
