using System.Collections.Concurrent;
using System.Globalization;
using Xunit;

namespace Shop.Tests.VirtualTime;

/// <summary>
/// Checkout and return under shuffled, repeated, dropped and late messages, with timers that fire just before and just
/// after what they wait for. One seed by itself, with its trace: <c>SHOP_TEST_SEED=… ./shop test --fast -class '*.VirtualTimeTests'</c>.
/// </summary>
public sealed class VirtualTimeTests
{
    private const int Seeds = 10_000;

    /// <summary>A few times in ten thousand: too seldom to be demanded.</summary>
    private const string Rare = "left for people to see to";

    private static readonly int? Chosen =
        int.TryParse(Environment.GetEnvironmentVariable("SHOP_TEST_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : null;

    [Fact]
    public void Whatever_the_seed_orders_and_returns_end_with_the_books_right()
    {
        var first = Chosen ?? Random.Shared.Next(int.MaxValue - Seeds);
        TestContext.Current.TestOutputHelper?.WriteLine($"seeds from {first}");
        var endings = new ConcurrentDictionary<string, int>();

        var failed = FirstThatFails(first, Chosen is null ? Seeds : 1, Flaw.None, shop =>
        {
            foreach (var order in shop.Orders.Values)
            {
                Count($"{order.CurrentState}, confirmed {order.WasConfirmed}");
                if (order.IsEscalated) Count(Rare);
                if (order.PaymentQuestions > 0) Count("the provider was asked");
            }

            foreach (var back in shop.Returns.Values) Count($"return {back.CurrentState}");
        });

        TestContext.Current.TestOutputHelper?.WriteLine(
            string.Join('\n', endings.OrderBy(each => each.Key, StringComparer.Ordinal).Select(each => $"{each.Key}: {each.Value}")));
        Assert.True(failed is null, failed);
        if (Chosen is not null) return;
        // Each of the endings occurs, or the run has not looked at it.
        Assert.Equal(
            [
                "Cancelled, confirmed False", "Cancelled, confirmed True", "Delivered, confirmed True",
                "Expired, confirmed False", "OutOfStock, confirmed False", "OutOfStock, confirmed True",
                "PaymentFailed, confirmed False", "PaymentFailed, confirmed True",
                "return Completed", "return Expired", "return Rejected", "the provider was asked",
            ],
            endings.Keys.Where(ending => ending != Rare).Order(StringComparer.Ordinal));

        void Count(string ending) => endings.AddOrUpdate(ending, 1, (_, times) => times + 1);
    }

    [Theory]
    [InlineData(Flaw.HoldsAgain)]
    [InlineData(Flaw.ChargesAgain)]
    [InlineData(Flaw.ForgetsRelease)]
    [InlineData(Flaw.LosesMessages)]
    [InlineData(Flaw.ForgetsVoid)]
    [InlineData(Flaw.ShipsStopped)]
    [InlineData(Flaw.RefundsAgain)]
    public void What_is_broken_is_found(Flaw flaw) => Assert.NotNull(FirstThatFails(0, Seeds, flaw));

    [Fact]
    public void The_same_seed_gives_the_same_run()
    {
        const int seed = 4711;
        Assert.Equal(Run(seed, traced: true).Trace, Run(seed, traced: true).Trace);
        Assert.NotEqual(Run(seed, traced: true).Trace, Run(seed + 1, traced: true).Trace);
    }

    /// <summary>What went wrong, and how it came to that; null when nothing did.</summary>
    private static string? FirstThatFails(int first, int seeds, Flaw flaw, Action<VirtualShop>? look = null)
    {
        var failed = int.MaxValue;
        Parallel.For(0, seeds, (i, loop) =>
        {
            try
            {
                var shop = Run(first + i, flaw);
                look?.Invoke(shop);
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                lock (loop) failed = Math.Min(failed, first + i);
                loop.Break();
            }
        });
        return failed == int.MaxValue ? null : Told(failed, flaw);
    }

    private static string Told(int seed, Flaw flaw)
    {
        var shop = new VirtualShop(seed, flaw, traced: true);
        try
        {
            shop.Run();
            shop.Customers.JudgeAll();
            return $"SHOP_TEST_SEED={seed} failed among others, and not by itself.";
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return $"SHOP_TEST_SEED={seed}: {exception.Message}\n{string.Join('\n', shop.Trace.TakeLast(200))}";
        }
    }

    private static VirtualShop Run(int seed, Flaw flaw = Flaw.None, bool traced = false)
    {
        var shop = new VirtualShop(seed, flaw, traced);
        shop.Run();
        shop.Customers.JudgeAll();
        return shop;
    }
}
