using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace Shop.IntegrationTests.Audit;

/// <summary>
/// What the audit costs in a large shop. Asked for by <c>SHOP_AUDIT_SCALE</c>, a number of orders, since it takes its time;
/// it prints what it measured.
/// </summary>
public sealed class AuditScaleTests(AuditedShop shop) : IClassFixture<AuditedShop>
{
    private const int Rounds = 5;

    [Fact]
    public async Task An_evaluation_costs_the_same_however_many_orders_there_are()
    {
        var orders = int.TryParse(Environment.GetEnvironmentVariable("SHOP_AUDIT_SCALE"), out var asked) ? asked : 0;
        Assert.SkipWhen(orders == 0, "SHOP_AUDIT_SCALE does not say how many orders to measure with.");
        var began = Stopwatch.GetTimestamp();
        await shop.Fill(orders);
        Print($"filled {orders} orders", began);
        began = Stopwatch.GetTimestamp();
        // The ledger is added up a stretch at a time.
        for (var folded = 0; folded <= 3 * orders; folded += 200_000) await shop.Evaluate();
        Print("first evaluations, until the ledger is added up", began);
        for (var round = 0; round < Rounds; round++)
        {
            began = Stopwatch.GetTimestamp();
            await shop.Evaluate();
            Print("evaluation of all contexts", began);
            began = Stopwatch.GetTimestamp();
            var audit = await shop.Read();
            Print("GET /ops/audit's reads", began);
            Assert.True(audit.Holds, string.Join('\n', audit.Invariants.SelectMany(invariant => invariant.Details)));
        }
    }

    private static void Print(string what, long began) => TestContext.Current.SendDiagnosticMessage(string.Create(
        CultureInfo.InvariantCulture, $"{what}: {Stopwatch.GetElapsedTime(began).TotalMilliseconds:F0} ms"));
}
