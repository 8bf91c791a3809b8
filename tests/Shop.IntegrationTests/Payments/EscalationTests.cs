using System.Text.Json;
using Shop.IntegrationTests.Catalog;
using Shop.IntegrationTests.Checkout;
using Xunit;

namespace Shop.IntegrationTests.Payments;

/// <summary>What operators see of what waits for people, and of the promises of the shop.</summary>
public sealed class EscalationTests(ShopProcesses shop) : ShopTest(shop)
{
    private readonly Till _till = new(shop);
    private readonly Operator _operator = new(shop);

    [Fact]
    public async Task What_waits_for_people_is_listed_from_the_newest_on_and_can_be_dismissed_with_a_reason()
    {
        // In the far future, so that what other tests left comes after them.
        Guid[] ids = [.. Enumerable.Range(0, 3).Select(_ => Guid.CreateVersion7())];
        for (var i = 0; i < ids.Length; i++)
            await _till.Run("""
                insert into payments.finding (id, order_id, kind, state, detail, raised_at)
                values ($1, $1, 'VOID_AFTER_CAPTURE', 'OPEN', 'a test', now() + interval '1 year' + $2 * interval '1 second')
                """, ids[i], i);

        var first = await _operator.Get("/ops/escalations?limit=2");
        var second = await _operator.Get($"/ops/escalations?limit=2&cursor={first.Text("next")}");
        Assert.Equal([ids[2], ids[1]], Findings(first));
        Assert.Equal(ids[0], Findings(second)[0]);

        Assert.Equal(400, (await _operator.Post($"/ops/findings/{ids[0]}/dismiss", new { reason = " " })).Status);
        Assert.Equal(202, (await _operator.Post($"/ops/findings/{ids[0]}/dismiss", new { reason = "Settled by hand." })).Status);
        await _till.Becomes("the finding", () => State(ids[0]), "DISMISSED user:ops: Settled by hand.");
        Assert.DoesNotContain(ids[0], Findings(await _operator.Get("/ops/escalations")));
        Assert.Equal(404, (await _operator.Post($"/ops/findings/{ids[0]}/dismiss", new { reason = "Again." })).Status);
        await _till.Run("delete from payments.finding where id = any($1)", ids);
    }

    [Fact]
    public async Task The_promises_are_evaluated_while_the_shop_runs()
    {
        var audit = await Waiting.For("all promises are evaluated", () => _operator.Get("/ops/audit"), answer =>
            answer.Status == 200 && Invariants(answer).All(invariant =>
                !invariant.GetProperty("details").EnumerateArray().Any(detail => detail.GetString() == "not evaluated yet")));

        Assert.Equal(["I1", "I2", "I3", "I4", "I5", "I6", "I7", "I8", "I9"],
            Invariants(audit).Select(invariant => invariant.GetProperty("id").GetString()));
        Assert.True(Invariants(audit).Single(invariant => invariant.GetProperty("id").GetString() == "I1")
            .GetProperty("checked").GetInt64() > 0);
    }

    private Task<string> State(Guid id) =>
        _till.Text("select concat_ws(' ', state, closed) from payments.finding where id = $1", id);

    private static Guid[] Findings(Answer answer) =>
        [.. answer.Json.GetProperty("items").EnumerateArray()
            .Select(item => item.GetProperty("findingId")).Where(id => id.ValueKind == JsonValueKind.String)
            .Select(id => id.GetGuid())];

    private static IEnumerable<JsonElement> Invariants(Answer answer) =>
        answer.Json.GetProperty("invariants").EnumerateArray();
}
