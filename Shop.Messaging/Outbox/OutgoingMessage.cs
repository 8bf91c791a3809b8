namespace Shop.Messaging.Outbox;

/// <summary>A message on its way out, serialised when it was sent; also a row of the outbox until the broker has it.</summary>
public sealed class OutgoingMessage
{
    /// <summary>Derived from what caused it (see <see cref="MessageIds"/>), so that a repeat has the same id.</summary>
    public required Guid MessageId { get; init; }

    /// <summary>The conversation it belongs to, such as an order's checkout: messages of one source leave in the order they were written.</summary>
    public required Guid Source { get; init; }

    /// <summary>Such as <c>exchange:inventory.reserve-stock</c>; free of hosts, so that the broker may move.</summary>
    public required string Destination { get; init; }

    public required string ContentType { get; init; }
    public required byte[] Body { get; init; }

    /// <summary>Whether a broker that finds no queue for it must say so. True for commands.</summary>
    public required bool Mandatory { get; init; }

    /// <summary>The order of writing, given by the database.</summary>
    public long Sequence { get; init; }

    /// <summary>How often a sweep has taken it.</summary>
    public int Attempts { get; init; }
}
