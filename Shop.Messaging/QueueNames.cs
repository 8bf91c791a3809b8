using System.Reflection;
using System.Text;
using Shop.Contracts;

namespace Shop.Messaging;

/// <summary>Where messages go. A command's queue follows from its type, for sender and receiver alike.</summary>
public static class QueueNames
{
    /// <summary><c>Shop.Contracts.Inventory.ReserveStock</c> goes to <c>inventory.reserve-stock</c>, or where it says.</summary>
    public static string OfCommand(Type command) =>
        command.GetCustomAttribute<SentToAttribute>()?.Queue ?? $"{Context(command)}.{Kebab(command.Name)}";

    /// <summary><c>OpenFulfillmentConsumer</c> of the context <c>fulfillment</c> listens on <c>fulfillment.open-fulfillment</c>.</summary>
    public static string OfConsumer(string context, Type consumer) =>
        $"{context}.{Kebab(consumer.Name.EndsWith("Consumer", StringComparison.Ordinal) ? consumer.Name[..^8] : consumer.Name)}";

    /// <summary>A queue of one instance alone: <c>api.evict-changed.{instance}</c>.</summary>
    public static string OfInstance(string context, Type consumer, Guid instance) =>
        $"{OfConsumer(context, consumer)}.{instance:N}";

    /// <summary>Messages that the broker gave up on: their consumer's process died with them again and again.</summary>
    public const string Undeliverable = "messaging.undeliverable";

    public static Uri AddressOf(Type command) => new($"exchange:{OfCommand(command)}");

    private static string Context(Type message) => Kebab(message.Namespace![(message.Namespace!.LastIndexOf('.') + 1)..]);

    private static string Kebab(string name)
    {
        var text = new StringBuilder(name.Length + 4);
        foreach (var letter in name)
        {
            if (char.IsUpper(letter) && text.Length > 0) text.Append('-');
            text.Append(char.ToLowerInvariant(letter));
        }

        return text.ToString();
    }
}
