using MassTransit;
using Shop.Contracts.Fulfillment;
using Shop.Messaging;
using Shop.Messaging.GroupCommit;

namespace Shop.Workers.Fulfillment;

/// <summary>
/// Books a carrier for goods that come back. A carrier knows a booking by the return's id, so that one whose answer was
/// lost is found again; it is repeated until it answers.
/// </summary>
internal sealed class BookReturnLabelConsumer(
    UnitOfWork unit, RowLoader<ReturnLabel, FulfillmentDbContext> labels, Carriers carriers) : IConsumer<BookReturnLabel>
{
    private const string Standard = "STANDARD";

    /// <exception cref="InvalidOperationException">The carrier does not answer, or refuses: it is tried again, then parked.</exception>
    public async Task Consume(ConsumeContext<BookReturnLabel> context)
    {
        var command = context.Message;
        var label = await labels.Load(command.ReturnId) ?? await Book(command, context.CancellationToken);
        await context.Publish(new ReturnLabelBooked
        {
            OrderId = label.OrderId,
            ReturnId = label.ReturnId,
            Carrier = label.Carrier,
            TrackingNumber = label.TrackingNumber,
        });
    }

    private async Task<ReturnLabel> Book(BookReturnLabel command, CancellationToken cancellationToken)
    {
        var shipment = new Shipment(command.ReturnId, command.Warehouse, command.From, Standard, IsReturn: true);
        var label = await carriers.Next.Book(shipment, cancellationToken) switch
        {
            Booking.Booked booked => new ReturnLabel
            {
                ReturnId = command.ReturnId,
                OrderId = command.OrderId,
                Warehouse = command.Warehouse,
                Carrier = carriers.Next.Code,
                TrackingNumber = booked.TrackingNumber,
            },
            Booking.Refused refused => throw new InvalidOperationException(
                $"No label for return {command.ReturnId}: {refused.Reason}"),
            _ => throw new InvalidOperationException($"No label for return {command.ReturnId} yet."),
        };
        unit.Rows.Insert(label);
        return label;
    }
}
