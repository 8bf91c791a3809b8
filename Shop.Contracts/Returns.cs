namespace Shop.Contracts.Returns;

// Events

/// <summary>The money of a return has gone back.</summary>
public sealed record ReturnRefunded : IEvent
{
    public required Guid ReturnId { get; init; }
    public required Guid OrderId { get; init; }
    public required string Owner { get; init; }
    public required string Email { get; init; }
    public required Money Amount { get; init; }

    /// <summary>Printed, it does not tell the person.</summary>
    public override string ToString() => $"{nameof(ReturnRefunded)} {{ ReturnId = {ReturnId}, OrderId = {OrderId} }}";
}
