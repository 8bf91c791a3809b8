namespace Shop.Messaging.Scheduling;

/// <summary>A message to be sent after a while, unless it is disarmed before; also a row until it has been sent.</summary>
public sealed class MessageTimer
{
    /// <summary>What disarms it, and what the receiver compares to tell a late timer from the present one.</summary>
    public required Guid Token { get; init; }

    public required Guid MessageId { get; init; }
    public required string Destination { get; init; }
    public required string ContentType { get; init; }
    public required byte[] Body { get; init; }

    /// <summary>From the commit on, by the database's clock.</summary>
    public required TimeSpan Delay { get; init; }
}
