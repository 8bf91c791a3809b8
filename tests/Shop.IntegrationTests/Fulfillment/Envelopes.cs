using System.Text.Json;
using Shop.Contracts;
using Shop.Messaging;

namespace Shop.IntegrationTests.Fulfillment;

/// <summary>Messages as anyone else puts them on the broker.</summary>
internal static class Envelopes
{
    private const string Envelope = "application/vnd.masstransit+json";

    public static Task Publish<TEvent>(this TestBroker broker, TEvent message)
        where TEvent : IEvent => broker.Send($"{typeof(TEvent).Namespace}:{typeof(TEvent).Name}", Envelope, Body(message));

    public static Task Command<TCommand>(this TestBroker broker, TCommand message)
        where TCommand : ICommand => broker.Send(QueueNames.OfCommand(typeof(TCommand)), Envelope, Body(message));

    private static byte[] Body<T>(T message) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        messageId = Guid.NewGuid(),
        conversationId = Guid.NewGuid(),
        messageType = new[] { $"urn:message:{typeof(T).Namespace}:{typeof(T).Name}" },
        message,
    }, JsonSerializerOptions.Web);
}
