using CsCheck;
using Shop.Contracts.Payments;
using Shop.IntegrationTests.Checkout;
using Xunit;

namespace Shop.IntegrationTests.Payments;

/// <summary>
/// Histories of captures and refunds of one payment, each step of up to three at once, repeats among them, through queue,
/// consumer, guarded rows and the provider: what is answered has to be what some order of them makes of
/// <see cref="MoneyWorld"/>. CsCheck prints the seed of a history that is not, and cuts it down.
/// </summary>
public sealed class When_money_moves_at_random(ShopProcesses shop) : ShopTest(shop)
{
    private const int Histories = 16;
    private const int AtOnce = 6;
    private const long Total = 1000;

    private static readonly long[] Amounts = [100, 300, 400, 700];

    /// <summary>A step either takes or gives back: what waits for the other is answered when that is done, by and by.</summary>
    private static readonly Gen<(bool IsRefund, int[] Numbers)> Steps = Gen.Select(
        Gen.Frequency((2, false), (3, true)), Gen.Int[0, Amounts.Length - 1].Array[1, 3]);

    private readonly Till _till = new(shop);

    [Fact]
    public async Task No_more_is_given_back_than_was_taken_and_a_repeat_is_told_what_was_decided()
    {
        await _till.Listen();

        await Steps.Array[2, 6].SampleAsync(Try, iter: Histories, threads: AtOnce, print: Told);
    }

    private async Task Try((bool IsRefund, int[] Numbers)[] history)
    {
        var orderId = await _till.Authorize(Total);
        var (captures, refunds) = (Ids(), Ids());
        var worlds = new Worlds<MoneyWorld>(MoneyWorld.Nothing);

        foreach (var (isRefund, numbers) in history)
        {
            var answers = await Task.WhenAll(numbers.Distinct().Select(async number =>
                (Number: number, IsDone: isRefund
                    ? await Ask(refunds[number], nameof(PaymentRefunded), nameof(PaymentRefundFailed),
                        () => _till.Refund(orderId, Amounts[number], refunds[number]))
                    : await Ask(captures[number], nameof(PaymentCaptured), nameof(PaymentCaptureFailed),
                        () => _till.Capture(orderId, Amounts[number], captures[number])))));
            worlds.Explain(
                string.Join(" | ", answers.Select(answer => $"{(isRefund ? "refund" : "capture")} {answer}")),
                [.. answers.Select(answer => (Func<MoneyWorld, MoneyWorld?>)(world =>
                    (isRefund ? world.Refund(answer.Number, Amounts[answer.Number])
                        : world.Capture(answer.Number, Amounts[answer.Number], Total)) is var (after, isDone)
                    && isDone == answer.IsDone ? after : null))]);
            var seen = await _till.Payment(orderId);
            worlds.Keep(seen, world => seen.EndsWith(world.Sums, StringComparison.Ordinal));
        }
    }

    /// <summary>Sends it, and waits for one answer more than there was.</summary>
    private async Task<bool> Ask(Guid id, string done, string failed, Func<Task> send)
    {
        var before = (Done: _till.Heard(done, id), Failed: _till.Heard(failed, id));
        await send();
        await Waiting.Until(() => _till.Heard(done, id) + _till.Heard(failed, id) > before.Done + before.Failed);
        return _till.Heard(done, id) > before.Done;
    }

    private static Guid[] Ids() => [.. Amounts.Select(_ => Guid.NewGuid())];

    private static string Told((bool IsRefund, int[] Numbers)[] history) => string.Join('\n', history.Select(step =>
        $"{(step.IsRefund ? "refund" : "capture")} {string.Join(" | ", step.Numbers.Select(number => Amounts[number]))}"));
}
