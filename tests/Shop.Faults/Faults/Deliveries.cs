using System.Collections.Concurrent;
using System.Text;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Shop.Faults;

/// <summary>
/// Every message to every queue is heard on its way and delivered twice more, to the byte and under its own id: copies
/// of what was heard within half a second come in an order of chance, before, beside or long after the first.
/// </summary>
internal sealed class DuplicateAndShuffle : Fault
{
    private const string Copied = "proof-copy";
    private const int Copies = 2;
    private const int MostWaiting = 50_000;
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentQueue<(string Queue, string? ContentType, byte[] Body)> _heard = new();
    private IConnection? _connection;
    private Task _copying = Task.CompletedTask;
    private volatile bool _isOver;

    public override string Name => "duplicate-and-shuffle";

    public override string Row => "every message delivered three times; messages of one order shuffled";

    public override TimeSpan Length => TimeSpan.FromSeconds(8);

    /// <summary>How many were delivered again.</summary>
    public long Delivered { get; private set; }

    public override async Task Inject(Scene scene, CancellationToken cancellationToken)
    {
        _isOver = false;
        _connection = await scene.Shop.Broker.Connect(cancellationToken);
        var channel = await _connection.CreateChannelAsync(cancellationToken: cancellationToken);
        foreach (var queue in (await scene.Shop.Broker.Queues(cancellationToken)).Keys)
        {
            if (queue.EndsWith("_error", StringComparison.Ordinal) || queue.EndsWith("_skipped", StringComparison.Ordinal)
                || queue == "messaging.undeliverable") continue;
            var ear = (await channel.QueueDeclareAsync(cancellationToken: cancellationToken)).QueueName;
            await channel.QueueBindAsync(ear, queue, "", cancellationToken: cancellationToken);
            var consumer = new AsyncEventingBasicConsumer(channel);
            consumer.ReceivedAsync += (_, delivery) =>
            {
                if (delivery.BasicProperties.Headers?.ContainsKey(Copied) != true && _heard.Count < MostWaiting)
                    _heard.Enqueue((queue, delivery.BasicProperties.ContentType, delivery.Body.ToArray()));
                return Task.CompletedTask;
            };
            await channel.BasicConsumeAsync(ear, autoAck: true, consumer, cancellationToken);
        }

        _copying = Copy(await _connection.CreateChannelAsync(cancellationToken: cancellationToken), scene.Random.Next());
    }

    public override async Task Heal(Scene scene, CancellationToken cancellationToken)
    {
        _isOver = true;
        await _copying;
        await _connection!.DisposeAsync();
    }

    private async Task Copy(IChannel channel, int seed)
    {
        await Task.Yield();
        var random = new Random(seed);
        var last = false;
        while (!last)
        {
            last = _isOver;
            await Task.Delay(Gather);
            var copies = new List<(string Queue, string? ContentType, byte[] Body)>();
            while (_heard.TryDequeue(out var message))
                for (var copy = 0; copy < Copies; copy++) copies.Add(message);
            var all = copies.ToArray();
            random.Shuffle(all);
            foreach (var (queue, contentType, body) in all)
            {
                var properties = new BasicProperties
                {
                    ContentType = contentType,
                    DeliveryMode = DeliveryModes.Persistent,
                    Headers = new Dictionary<string, object?> { [Copied] = true },
                };
                await channel.BasicPublishAsync(queue, "", mandatory: false, properties, body);
                Delivered++;
            }
        }
    }
}

/// <summary>
/// Among the traffic of every queue of a checkout, bodies that are no message, and messages that cannot be processed. Each
/// must be parked, and its neighbours unharmed.
/// </summary>
internal sealed class Poison : Fault
{
    private const string Envelope = "application/vnd.masstransit+json";
    private const int EachQueue = 2;

    private static readonly string[] Queues =
        ["orders.checkout", "inventory.reserve-stock", "payments.authorize-payment", "notifications.mail-confirmation"];

    public override string Name => "poison";

    public override string Row => "one message in a hundred is poison";

    public override TimeSpan Length => TimeSpan.FromSeconds(2);

    /// <summary>How many were sent that must stand in the dead letters.</summary>
    public int Sent { get; private set; }

    /// <summary>Of those, how many are parked only after redeliveries that take minutes.</summary>
    public int SentPatient { get; private set; }

    public override async Task Inject(Scene scene, CancellationToken cancellationToken)
    {
        var known = (await scene.Shop.Broker.Queues(cancellationToken)).Keys.ToHashSet();
        if (Queues.FirstOrDefault(queue => !known.Contains(queue)) is { } missing)
            throw new ProofFailedException($"There is no queue {missing}.");
        await using var connection = await scene.Shop.Broker.Connect(cancellationToken);
        await using var channel = await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true),
            cancellationToken);
        foreach (var queue in Queues)
        {
            for (var count = 0; count < EachQueue; count++)
            {
                var properties = new BasicProperties { ContentType = Envelope, DeliveryMode = DeliveryModes.Persistent };
                await channel.BasicPublishAsync(
                    "", queue, mandatory: true, properties, Encoding.UTF8.GetBytes("{ this is no message"), cancellationToken);
                Sent++;
            }
        }

        if (scene.Options.IsShort) return;
        // A reservation without lines is refused by its consumer, each time that it is tried.
        var unprocessable = $$$"""
            {"messageId":"{{{Guid.NewGuid()}}}","messageType":["urn:message:Shop.Contracts.Inventory:ReserveStock"],
            "message":{"orderId":"{{{Guid.NewGuid()}}}","lines":[],"shipTo":{"name":"","line1":"","line2":null,"city":"",
            "region":"","postalCode":"","country":"US"},"holdFor":"00:01:00"}}
            """;
        await channel.BasicPublishAsync("", "inventory.reserve-stock", mandatory: true,
            new BasicProperties { ContentType = Envelope, DeliveryMode = DeliveryModes.Persistent },
            Encoding.UTF8.GetBytes(unprocessable), cancellationToken);
        Sent++;
        SentPatient++;
    }
}
