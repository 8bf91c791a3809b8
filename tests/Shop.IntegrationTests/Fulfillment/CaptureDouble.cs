using System.Collections.Concurrent;
using System.Text.Json;
using Shop.Contracts;
using Shop.Contracts.Payments;
using Shop.Messaging;

namespace Shop.IntegrationTests.Fulfillment;

/// <summary>Stands where captures are asked for, and answers them as the tests want: each once, however often it is asked.</summary>
internal sealed class CaptureDouble : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly TestBroker _broker;
    private readonly TestBroker.Ear _ear;
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<Guid, bool> _silent = new();
    private readonly ConcurrentDictionary<Guid, string> _refused = new();
    private readonly Task _work;

    private CaptureDouble(TestBroker broker, TestBroker.Ear ear)
    {
        (_broker, _ear) = (broker, ear);
        _work = Task.Run(Answer);
    }

    /// <summary>Every question, repeats included.</summary>
    public ConcurrentQueue<Capture> Asked { get; } = new();

    public static async Task<CaptureDouble> Start(TestBroker broker) =>
        new(broker, await broker.Listen(QueueNames.OfCommand(typeof(CapturePayment))));

    /// <summary>Does not answer for this order until it is to.</summary>
    public void Hush(Guid orderId) => _silent[orderId] = true;

    public void Refuse(Guid orderId, string reason) => _refused[orderId] = reason;

    public IReadOnlyList<Capture> Of(Guid orderId) => [.. Asked.Where(capture => capture.OrderId == orderId)];

    /// <summary>Answers what was asked for the order, now and from now on.</summary>
    public async Task Speak(Guid orderId)
    {
        _silent.TryRemove(orderId, out _);
        foreach (var capture in Of(orderId)) await Tell(capture);
    }

    public Task Tell(Capture capture) => _refused.TryGetValue(capture.OrderId, out var reason)
        ? _broker.Publish(new PaymentCaptureFailed { OrderId = capture.OrderId, CaptureId = capture.CaptureId, Reason = reason })
        : _broker.Publish(new PaymentCaptured
        {
            OrderId = capture.OrderId, CaptureId = capture.CaptureId, Amount = capture.Amount,
        });

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _work;
        _end.Dispose();
    }

    private async Task Answer()
    {
        for (var next = 0; !_end.IsCancellationRequested;)
        {
            var heard = _ear.All;
            for (; next < heard.Count; next++)
            {
                var capture = JsonElement.Parse(heard[next].Body).GetProperty("message")
                    .Deserialize<Capture>(JsonSerializerOptions.Web)!;
                Asked.Enqueue(capture);
                if (!_silent.ContainsKey(capture.OrderId)) await Tell(capture);
            }

            await Task.Delay(Pause, CancellationToken.None);
        }
    }

    internal sealed record Capture(Guid OrderId, Guid CaptureId, Money Amount, bool Final);
}
