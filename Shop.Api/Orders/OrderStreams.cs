using System.Globalization;
using Microsoft.Extensions.Options;
using Shop.Api.Http;

namespace Shop.Api.Orders;

/// <summary>Opens streams of orders, as many as there may be.</summary>
internal sealed class OrderStreams(
    OrderReads orders, OrderWatch watch, IOptions<OrderEventsOptions> options, IHostApplicationLifetime host, TimeProvider time)
{
    private readonly Dictionary<string, int> _open = [];
    private int _total;

    public OrderEventsOptions Options => options.Value;

    public TimeProvider Time => time;

    /// <summary>The host is going down: streams end at once, so that it need not wait for them.</summary>
    public CancellationToken Stopping => host.ApplicationStopping;

    public async Task<IResult> Open(Guid orderId, string owner, string? lastEventId)
    {
        if (await orders.Find(orderId, owner) is not { } order) return OrderEndpoints.NoSuchOrder();
        var seen = Seen(lastEventId, order.History[^1].Sequence);
        // There is nothing to come: a browser that is answered 204 does not come again.
        return order.Terminal && seen == order.History[^1].Sequence
            ? TypedResults.NoContent()
            : new OrderStream(order, owner, seen, this, watch);
    }

    /// <returns>Null, or why there can be no more. Whoever was let in calls <see cref="Leave"/>.</returns>
    public ProblemResult? Enter(string owner)
    {
        lock (_open)
        {
            var own = _open.GetValueOrDefault(owner);
            if (own >= Options.MostOfCaller)
                return (Problems.TooMany with { RetryAfter = "1" }).Because($"You have {own} streams open: close one.");
            if (_total >= Options.Most) return Problems.Overloaded.Because("Too many streams are open: poll instead.");
            _open[owner] = own + 1;
            _total++;
            return null;
        }
    }

    public void Leave(string owner)
    {
        lock (_open)
        {
            _total--;
            if (--_open[owner] == 0) _open.Remove(owner);
        }
    }

    /// <summary>
    /// The last step that the client has, 0 for none. An id that the order has not reached is not of this order, and
    /// counts as none, as does what is no id at all: told twice, a step does no harm.
    /// </summary>
    internal static int Seen(string? lastEventId, int last) =>
        int.TryParse(lastEventId, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence) && sequence <= last
            ? sequence : 0;
}
