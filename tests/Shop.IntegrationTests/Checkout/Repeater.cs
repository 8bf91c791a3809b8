using System.Text;
using Shop.Contracts.Inventory;
using Shop.Contracts.Orders;
using Shop.Contracts.Payments;
using Shop.Messaging;
using Xunit;

namespace Shop.IntegrationTests.Checkout;

/// <summary>
/// Hears every message on its way to every queue of a checkout, and can deliver it again, to the byte and under the
/// same id.
/// </summary>
public sealed class Repeater(ShopProcesses shop) : IAsyncLifetime
{
    private const string Envelope = "application/vnd.masstransit+json";
    private const int MostCopies = 500;

    private static readonly string[] QueuesOfCheckout =
    [
        Queues.Checkout,
        .. new[]
        {
            typeof(ReserveStock), typeof(SellStock), typeof(ReleaseStock), typeof(AuthorizePayment),
            typeof(ResolvePayment), typeof(VoidPayment), typeof(RecordPaymentNotification),
        }.Select(QueueNames.OfCommand),
        "fulfillment.open-fulfillment",
        "fulfillment.call-off-fulfillment",
        "reviews.record-purchase",
        "reviews.take-back-purchase",
        "recommendations.record-basket",
        "recommendations.take-back-basket",
        "notifications.mail-confirmation",
        "notifications.mail-end",
        "webhooks.tell-confirmed",
        "webhooks.tell-ended",
    ];

    private readonly Dictionary<string, TestBroker.Ear> _ears = [];

    public async ValueTask InitializeAsync()
    {
        foreach (var queue in QueuesOfCheckout) _ears[queue] = await shop.Broker.Listen(queue, declare: false);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Watches one order from now on.</summary>
    internal Repeats Of(Guid orderId) => new(this, orderId);

    /// <summary>The messages of one order.</summary>
    internal sealed class Repeats(Repeater repeater, Guid orderId)
    {
        private readonly Dictionary<(string Queue, Guid Message), string> _heard = [];

        public IEnumerable<string> Queues => _heard.Keys.Select(key => key.Queue).Distinct();

        /// <summary>Delivers once more what was not heard before. A copy itself has no id of the transport's.</summary>
        public async Task DeliverNewAgain()
        {
            foreach (var (queue, ear) in repeater._ears)
                foreach (var message in ear.Of(orderId))
                    if (message.MessageId != Guid.Empty && _heard.TryAdd((queue, message.MessageId), message.Body))
                        await Deliver(queue, message.Body);
            Assert.InRange(_heard.Count, 0, MostCopies);
        }

        /// <summary>Delivers everything once more, in an order that the seed gives.</summary>
        public async Task DeliverAllAgain(int seed)
        {
            var all = _heard.ToArray();
            new Random(seed).Shuffle(all);
            foreach (var (key, body) in all) await Deliver(key.Queue, body);
            foreach (var queue in repeater._ears.Keys)
                await Waiting.For($"{queue} is empty", async () => await repeater.Broker.Count(queue) == 0);
        }

        private Task Deliver(string queue, string body) =>
            repeater.Broker.Send(queue, Envelope, Encoding.UTF8.GetBytes(body));
    }

    private TestBroker Broker => shop.Broker;
}
