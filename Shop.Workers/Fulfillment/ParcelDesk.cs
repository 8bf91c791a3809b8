using MassTransit;
using Microsoft.EntityFrameworkCore;
using Shop.Contracts.Fulfillment;
using Shop.Contracts.Inventory;
using Shop.Contracts.Payments;
using Shop.Messaging;
using Shop.Messaging.GroupCommit;

namespace Shop.Workers.Fulfillment;

/// <summary>An order with its parcels, as they are read and changed together.</summary>
internal sealed record Consignment(FulfillmentOrder Order, IReadOnlyList<Parcel> Parcels)
{
    public HashSet<Parcel> Changed { get; } = [];

    public Parcel Parcel(Guid id) => Parcels.Single(parcel => parcel.Id == id);

    public bool IsDelivered => Parcels.Any(parcel => parcel.Status == ParcelStatus.Delivered)
        && Parcels.All(parcel => parcel.Status is ParcelStatus.Delivered or ParcelStatus.Cancelled);
}

/// <summary>
/// What the parcel consumers have in common. Writes go to the message's unit of work: each deed asserts the version of the
/// order beside those of the parcels it changes, so that two processes never decide about one order at once.
/// </summary>
internal sealed class ParcelDesk(
    UnitOfWork unit, Turns<FulfillmentOrder> turns, RowLoader<FulfillmentOrder, FulfillmentDbContext> orders,
    IDbContextFactory<FulfillmentDbContext> contexts)
{
    /// <summary>The order of a parcel; null if there is no such parcel.</summary>
    public async Task<Guid?> OrderOf(Guid parcelId)
    {
        await using var database = await contexts.CreateDbContextAsync();
        return await database.Set<Parcel>().Where(parcel => parcel.Id == parcelId)
            .Select(parcel => (Guid?)parcel.OrderId).SingleOrDefaultAsync();
    }

    public async Task<(Guid Id, Guid OrderId)?> Find(string carrier, string trackingNumber)
    {
        await using var database = await contexts.CreateDbContextAsync();
        var found = await database.Set<Parcel>()
            .Where(parcel => parcel.Carrier == carrier && parcel.TrackingNumber == trackingNumber)
            .Select(parcel => new { parcel.Id, parcel.OrderId }).SingleOrDefaultAsync();
        return found is null ? null : (found.Id, found.OrderId);
    }

    /// <summary>
    /// An order and its parcels, once nobody else in this process is at work on them. The order is read first: whatever
    /// happens to a parcel afterwards changes it, and is found out at the commit.
    /// </summary>
    public async Task<Consignment> Open(Guid orderId)
    {
        await unit.TakeTurn(turns, orderId);
        var order = await orders.Load(orderId)
            ?? throw new InvalidOperationException($"There are parcels of order {orderId}, which is not here.");
        return new Consignment(order, await ParcelsOf(orderId));
    }

    public async Task<IReadOnlyList<Parcel>> ParcelsOf(Guid orderId)
    {
        await using var database = await contexts.CreateDbContextAsync();
        return await database.Set<Parcel>().AsNoTracking().Where(parcel => parcel.OrderId == orderId)
            .OrderBy(parcel => parcel.CreatedAt).ThenBy(parcel => parcel.Id).ToListAsync();
    }

    /// <summary>Notes what was changed, and that the order was decided about.</summary>
    public void Save(Consignment consignment)
    {
        unit.Rows.Update(consignment.Order);
        foreach (var parcel in consignment.Changed) unit.Rows.Update(parcel);
    }

    /// <summary>Cancels what there is of an order that is called off; what comes later is cancelled when it is claimed.</summary>
    public async Task CallOff(Guid orderId)
    {
        foreach (var parcel in await ParcelsOf(orderId))
        {
            if (parcel.Status == ParcelStatus.Cancelled) continue;
            parcel.Status = ParcelStatus.Cancelled;
            unit.Rows.Update(parcel);
        }
    }

    /// <summary>Begins to hand a labelled parcel over: from now on its order is not called off.</summary>
    /// <returns>Whether it is new; false for one that is not ready, or whose order was called off.</returns>
    public static async Task<bool> HandOver(ConsumeContext context, Consignment consignment, Parcel parcel)
    {
        if (consignment.Order.Cancelled || parcel is not { Status: ParcelStatus.Labelled, Capture: CaptureState.None })
            return false;
        consignment.Order.HandedOver = true;
        parcel.Capture = CaptureState.Waiting;
        consignment.Changed.Add(parcel);
        await CaptureNext(context, consignment);
        return true;
    }

    /// <summary>
    /// Asks for the payment of the next parcel that is to leave. One at a time: so it is known which is the last, and the
    /// last is never taken before another.
    /// </summary>
    public static async Task CaptureNext(ConsumeContext context, Consignment consignment)
    {
        while (!consignment.Parcels.Any(parcel => parcel.Capture == CaptureState.Asked)
            && consignment.Parcels.FirstOrDefault(parcel => parcel.Capture == CaptureState.Waiting) is { } next)
        {
            consignment.Changed.Add(next);
            if (next.Amount == 0)
            {
                await Leave(context, consignment, next);
                continue;
            }

            next.Capture = CaptureState.Asked;
            next.CaptureFinal = consignment.Parcels.All(other => other == next || other.IsSettled);
            await context.Send(QueueNames.AddressOf(typeof(CapturePayment)), CaptureOf(next));
        }
    }

    public static CapturePayment CaptureOf(Parcel parcel) => new()
    {
        OrderId = parcel.OrderId,
        CaptureId = parcel.Id,
        Amount = parcel.Money,
        Final = parcel.CaptureFinal,
    };

    /// <summary>It is paid for, and gone.</summary>
    public static async Task Leave(ConsumeContext context, Consignment consignment, Parcel parcel)
    {
        parcel.Leave();
        consignment.Changed.Add(parcel);
        await context.Publish(new ParcelHandedOver
        {
            OrderId = parcel.OrderId,
            ParcelId = parcel.Id,
            Warehouse = parcel.Warehouse,
            Carrier = parcel.Carrier!,
            TrackingNumber = parcel.TrackingNumber!,
            Lines = parcel.Goods,
        });
        await context.Send(QueueNames.AddressOf(typeof(ShipStock)), new ShipStock
        {
            OrderId = parcel.OrderId,
            ParcelId = parcel.Id,
            Warehouse = parcel.Warehouse,
            Lines = parcel.Goods,
        });
        if (parcel.Status == ParcelStatus.Delivered) await TellIfDelivered(context, consignment);
    }

    public static Task TellIfDelivered(ConsumeContext context, Consignment consignment) => consignment.IsDelivered
        ? context.Publish(new FulfillmentDelivered { OrderId = consignment.Order.OrderId })
        : Task.CompletedTask;

    public static Task Stop(ConsumeContext context, Consignment consignment, Parcel parcel, string reason)
    {
        parcel.Status = ParcelStatus.Stopped;
        parcel.Reason = reason;
        consignment.Changed.Add(parcel);
        return context.Publish(new ParcelStopped { OrderId = parcel.OrderId, ParcelId = parcel.Id, Reason = reason });
    }
}
