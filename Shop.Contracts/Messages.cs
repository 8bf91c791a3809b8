namespace Shop.Contracts;

/// <summary>
/// A request to do one thing. It has exactly one consumer, and goes straight to that consumer's queue:
/// <c>context.verb-noun</c>, after the last part of its namespace and its own name, unless <see cref="SentToAttribute"/>
/// names another. A command that nobody consumes is an error.
/// </summary>
public interface ICommand;

/// <summary>Something that has happened, in the past tense. It is published; any number of queues hear it, or none.</summary>
public interface IEvent;

/// <summary>Names the queue of a command whose consumer takes several kinds of message, such as a state machine.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class SentToAttribute(string queue) : Attribute
{
    public string Queue { get; } = queue;
}

/// <summary>An amount in integer minor units (cents for USD) of an ISO 4217 currency. Never a float.</summary>
public sealed record Money(long Amount, string Currency)
{
    public override string ToString() => $"{Amount} {Currency}";
}

/// <summary>Where a parcel goes. <paramref name="Country"/> is an ISO 3166-1 alpha-2 code.</summary>
public sealed record Address(
    string Name,
    string Line1,
    string? Line2,
    string City,
    string? Region,
    string PostalCode,
    string Country)
{
    /// <summary>Printed, it does not tell the person.</summary>
    public override string ToString() => $"{nameof(Address)} {{ Country = {Country} }}";
}
