using Shop.Contracts.Inventory;

namespace Shop.Workers.Inventory;

/// <summary>What becomes of stock that was sold: it leaves, it is bought from elsewhere, it comes back.</summary>
internal sealed partial class Stockroom
{
    /// <summary>
    /// Takes what a parcel brings off its shelf, once a parcel. A sale that is still under way is made with it: the goods
    /// are paid for, and gone.
    /// </summary>
    /// <returns>For each command whether it is new.</returns>
    /// <exception cref="ArgumentException">Lines or quantities are out of bounds.</exception>
    /// <exception cref="InvalidOperationException">The order has not bought that from there: someone must see it.</exception>
    public async Task<IReadOnlyList<bool>> Ship(
        IReadOnlyList<ShipStock> commands, CancellationToken cancellationToken)
    {
        DemandGroup(commands.Count);
        foreach (var command in commands) DemandLines(command.Lines);
        var shipped = await _reads.Moves(
            StockMoveKind.Shipped, commands.Select(command => command.ParcelId), cancellationToken);
        var reservations = await _reads.Reservations(commands.Select(command => command.OrderId), cancellationToken);

        var writes = new StockroomWrites();
        var outcomes = new List<bool>(commands.Count);
        foreach (var command in commands)
        {
            IReadOnlyList<Allocation> parcel = At(command.Warehouse, command.Lines);
            var isNew = shipped.TryAdd(command.ParcelId, new KnownMove(parcel, [], IsRefused: false));
            outcomes.Add(isNew);
            if (!isNew) continue;
            if (reservations.GetValueOrDefault(command.OrderId) is not { IsAlive: true } was
                || Less(was.Allocations, parcel) is not { } left)
                throw new InvalidOperationException(
                    $"Parcel {command.ParcelId} ships what order {command.OrderId} has not bought at {command.Warehouse}.");
            SellIfHeld(command.OrderId, was, writes);
            writes.Turn(command.OrderId, was, ReservationState.Sold, reason: null, left);
            writes.Move(command.OrderId, LedgerKind.Shipped, parcel, command.ParcelId.ToString());
            writes.Remember(command.ParcelId, StockMoveKind.Shipped, command.OrderId, parcel);
            reservations[command.OrderId] = was with { State = ReservationState.Sold, Allocations = left };
        }

        writes.AppendTo(batch);
        return outcomes;
    }

    /// <summary>
    /// Buys what one warehouse cannot ship from others: all of it or nothing, in few parcels, from near by. What it was
    /// bought from is free there. Repeated, it answers the same again; for an order that was released, or has not bought
    /// this, the answer is a refusal without shortages.
    /// </summary>
    /// <exception cref="ArgumentException">Lines or quantities are out of bounds.</exception>
    public async Task<IReadOnlyList<ReallocateOutcome>> Reallocate(
        IReadOnlyList<ReallocateStock> commands, CancellationToken cancellationToken)
    {
        DemandGroup(commands.Count);
        foreach (var command in commands) DemandLines(command.Lines);
        var map = await maps.Get(connection, transaction, cancellationToken);
        var moves = await _reads.Moves(
            StockMoveKind.Reallocated, commands.Select(command => command.ParcelId), cancellationToken);
        var (reservations, shelves, _) = await _reads.ReservationsAndStock(
            commands.Select(command => command.OrderId), commands.SelectMany(command => command.Lines), cancellationToken);

        var writes = new StockroomWrites();
        var outcomes = new List<ReallocateOutcome>(commands.Count);
        foreach (var command in commands)
        {
            if (!moves.TryGetValue(command.ParcelId, out var move))
            {
                move = Reallocate(command, reservations, shelves, map, writes);
                moves.Add(command.ParcelId, move);
            }

            outcomes.Add(ReallocateOutcome.Of(move));
        }

        writes.AppendTo(batch);
        return outcomes;
    }

    /// <summary>Puts goods that came back on the shelf, once a return.</summary>
    /// <returns>For each command whether it is new.</returns>
    /// <exception cref="ArgumentException">Lines or quantities are out of bounds.</exception>
    public async Task<IReadOnlyList<bool>> TakeBack(
        IReadOnlyList<RestockReturn> commands, CancellationToken cancellationToken)
    {
        DemandGroup(commands.Count);
        // Nothing of it may be fit for sale.
        foreach (var command in commands.Where(command => command.Lines.Count > 0)) DemandLines(command.Lines);
        var known = await _reads.Moves(
            StockMoveKind.Returned, commands.Select(command => command.ReturnId), cancellationToken);

        var writes = new StockroomWrites();
        var outcomes = new List<bool>(commands.Count);
        foreach (var command in commands)
        {
            var goods = At(command.Warehouse, command.Lines);
            var isNew = known.TryAdd(command.ReturnId, new KnownMove(goods, [], IsRefused: false));
            outcomes.Add(isNew);
            if (!isNew) continue;
            writes.TakeBack(command);
            writes.Remember(command.ReturnId, StockMoveKind.Returned, command.OrderId, goods);
        }

        writes.AppendTo(batch);
        return outcomes;
    }

    private static KnownMove Reallocate(
        ReallocateStock command, Dictionary<Guid, KnownReservation> reservations, Shelves shelves, WarehouseMap map,
        StockroomWrites writes)
    {
        IReadOnlyList<Allocation> parcel = At(command.Warehouse, command.Lines);
        if (reservations.GetValueOrDefault(command.OrderId) is not { IsAlive: true } was
            || Less(was.Allocations, parcel) is not { } left)
            return Refuse([]);

        var destination = map.Find(command.ShipTo);
        var elsewhere = shelves.For(command.Lines).Where(stock => stock.Warehouse != command.Warehouse);
        var choice = WarehouseChoice.Choose(command.Lines, elsewhere, warehouse => map.Distance(destination, warehouse));
        if (!choice.IsComplete) return Refuse(choice.Shortages);

        shelves.Take(choice.Allocations);
        var bought = Merge([.. left, .. choice.Allocations]);
        SellIfHeld(command.OrderId, was, writes);
        writes.Turn(command.OrderId, was, ReservationState.Sold, command.Reason, bought);
        writes.Move(command.OrderId, LedgerKind.Unsold, parcel, command.ParcelId.ToString());
        writes.Move(command.OrderId, LedgerKind.Reallocated, choice.Allocations, command.ParcelId.ToString());
        writes.Remember(command.ParcelId, StockMoveKind.Reallocated, command.OrderId, choice.Allocations);
        reservations[command.OrderId] = was with { State = ReservationState.Sold, Allocations = bought };
        return new KnownMove(choice.Allocations, [], IsRefused: false);

        KnownMove Refuse(IReadOnlyList<Shortage> shortages)
        {
            writes.RememberRefusal(command.ParcelId, StockMoveKind.Reallocated, command.OrderId, shortages);
            return new KnownMove([], shortages, IsRefused: true);
        }
    }

    private static void SellIfHeld(Guid order, KnownReservation was, StockroomWrites writes)
    {
        if (was.State != ReservationState.Held) return;
        writes.Move(order, LedgerKind.Sold, was.Allocations, reference: null);
        writes.Account(order, LedgerKind.Sold, was.Purchases);
    }

    private static void DemandLines(IReadOnlyList<StockLine> lines)
    {
        if (lines.Count is 0 or > MostLines)
            throw new ArgumentException($"A parcel has 1 to {MostLines} lines, not {lines.Count}.");
        if (lines.Any(line => line.Quantity is <= 0 or > MostUnits))
            throw new ArgumentException($"A line is for 1 to {MostUnits} units.");
        if (lines.Select(line => line.Sku).Distinct(StringComparer.Ordinal).Count() != lines.Count)
            throw new ArgumentException("Two lines are for the same SKU.");
    }

    private static List<Allocation> At(string warehouse, IReadOnlyList<StockLine> lines) =>
        [.. lines.Select(line => new Allocation(warehouse, line.Sku, line.Quantity))];

    /// <returns>Null if there is not as much.</returns>
    private static List<Allocation>? Less(IReadOnlyList<Allocation> all, IReadOnlyList<Allocation> taken)
    {
        var left = Merge(all);
        foreach (var (warehouse, sku, quantity) in taken)
        {
            var at = left.FindIndex(line => line.Warehouse == warehouse && line.Sku == sku);
            if (at < 0 || left[at].Quantity < quantity) return null;
            left[at] = left[at] with { Quantity = left[at].Quantity - quantity };
        }

        left.RemoveAll(line => line.Quantity == 0);
        return left;
    }

    private static List<Allocation> Merge(IEnumerable<Allocation> allocations) =>
    [
        .. allocations.GroupBy(line => (line.Warehouse, line.Sku))
            .Select(group => new Allocation(group.Key.Warehouse, group.Key.Sku, group.Sum(line => line.Quantity))),
    ];
}
