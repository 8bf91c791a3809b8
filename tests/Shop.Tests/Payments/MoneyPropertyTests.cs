using CsCheck;
using Shop.Contracts;
using Shop.Contracts.Payments;
using Shop.Workers.Payments;
using Xunit;

namespace Shop.Tests.Payments;

/// <summary>
/// Captures and refunds of one payment as their consumers carry them out, with the provider's answers late and in any order;
/// CsCheck prints the seed of a history that breaks a promise.
/// </summary>
public sealed class MoneyPropertyTests
{
    private const long Total = 1_000;

    private static readonly Gen<(Move Move, long Amount, bool Succeeds)[]> Histories = Gen.Select(
        Gen.OneOf(Move.Capture, Move.Refund, Move.Answer), Gen.OneOf(Gen.Long[-5, 5], Gen.Long[1, 600]), Gen.Bool)
        .Array[1, 60];

    [Fact]
    public void Whatever_the_order_no_more_is_taken_than_was_held_or_given_back_than_was_taken() => Histories.Sample(history =>
    {
        var till = new Till();
        foreach (var (move, amount, succeeds) in history)
        {
            till.Do(move, amount, succeeds);
            var payment = till.Payment;
            Assert.InRange(payment.CapturedAmount + payment.CapturingAmount, 0, Total);
            Assert.InRange(payment.RefundedAmount + payment.RefundingAmount, 0, payment.CapturedAmount);
        }
    });

    [Fact]
    public void Once_the_provider_has_answered_everything_nothing_waits_and_all_that_was_taken_can_go_back() =>
        Histories.Sample(history =>
        {
            var till = new Till();
            foreach (var (move, amount, succeeds) in history) till.Do(move, amount, succeeds);
            while (till.Answer(succeeds: true))
            {
            }

            var left = till.Payment.CapturedAmount - till.Payment.RefundedAmount;
            Assert.IsType<RefundDecision.Refuse>(RefundDecision.Of(till.Payment, new Money(left + 1, "USD")));
            if (left > 0) Assert.IsType<RefundDecision.Give>(RefundDecision.Of(till.Payment, new Money(left, "USD")));
        });

    private enum Move
    {
        Capture,
        Refund,
        Answer,
    }

    private sealed class Till
    {
        private readonly Queue<(Move Move, long Amount)> _asked = new();

        public Payment Payment { get; } = new() { Status = PaymentState.Authorized, Amount = Total, Currency = "USD" };

        public void Do(Move move, long amount, bool succeeds)
        {
            switch (move)
            {
                case Move.Capture when CaptureDecision.Of(Payment, Capture(amount)) is CaptureDecision.Take take:
                    Payment.CapturingAmount += take.Amount;
                    _asked.Enqueue((move, take.Amount));
                    break;
                case Move.Refund when RefundDecision.Of(Payment, new Money(amount, "USD")) is RefundDecision.Give:
                    Payment.RefundingAmount += amount;
                    _asked.Enqueue((move, amount));
                    break;
                case Move.Answer:
                    Answer(succeeds);
                    break;
            }
        }

        /// <returns>Whether the provider was being asked anything.</returns>
        public bool Answer(bool succeeds)
        {
            if (!_asked.TryDequeue(out var asked)) return false;
            if (asked.Move == Move.Capture)
            {
                Payment.CapturingAmount -= asked.Amount;
                if (succeeds) Payment.CapturedAmount += asked.Amount;
            }
            else
            {
                Payment.RefundingAmount -= asked.Amount;
                if (succeeds) Payment.RefundedAmount += asked.Amount;
            }

            return true;
        }

        private static CapturePayment Capture(long amount) => new()
        {
            OrderId = Guid.Empty, CaptureId = Guid.NewGuid(), Amount = new Money(amount, "USD"), Final = false,
        };
    }
}
