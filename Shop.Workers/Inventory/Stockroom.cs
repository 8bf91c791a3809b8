using Npgsql;
using Shop.Contracts.Inventory;

namespace Shop.Workers.Inventory;

/// <summary>
/// Reserves, sells, releases, ships and receives stock, many commands in one call; made anew for each unit of work. Each
/// method reads what it needs over the connection, in one round trip and without row locks; decides in memory, the
/// commands in their order, each seeing what those before it took; and appends guarded writes to the caller's batch,
/// none if there is nothing to write. Nothing has happened until that batch has run and its transaction is committed.
/// <para>
/// What was read may have changed by the time the batch runs. Then the batch fails as a whole, with SQLSTATE 22012
/// (an asserted count), 23505 (the same order or receipt at once), 40P01 or 40001: the caller rolls back, splits the
/// group and begins again. Row locks are taken in one order: reservations by order, sales, their accounts, then stock by SKU and warehouse.
/// </para>
/// Every text is constant and every list an array parameter, so that auto-prepared statements serve all sizes.
/// </summary>
internal sealed partial class Stockroom(
    CurrentWarehouseMap maps, NpgsqlConnection connection, NpgsqlTransaction? transaction, NpgsqlBatch batch)
{
    public const int MostCommands = 1_000;
    public const int MostLines = 100;

    /// <summary>Of one line, and of one receipt.</summary>
    public const int MostUnits = 1_000_000;

    public static readonly TimeSpan LongestHold = TimeSpan.FromDays(30);

    private readonly StockroomReads _reads = new(connection, transaction);

    /// <summary>
    /// Holds all lines of an order or none. Repeated, it answers the same again; once the order was released, also
    /// before its reservation came, the answer is a rejection without shortages.
    /// </summary>
    /// <returns>One outcome a command, in the same order.</returns>
    /// <exception cref="ArgumentException">See <see cref="Demand"/>.</exception>
    public async Task<IReadOnlyList<ReserveOutcome>> Reserve(
        IReadOnlyList<ReserveStock> commands, CancellationToken cancellationToken)
    {
        DemandGroup(commands.Count);
        foreach (var command in commands)
            Demand(command);
        var map = await maps.Get(connection, transaction, cancellationToken);
        var (reservations, shelves, sales) = await _reads.ReservationsAndStock(
            commands.Select(command => command.OrderId), commands.SelectMany(command => command.Lines), cancellationToken);
        if (!sales.AreNone)
            await _reads.Accounts(sales, [.. commands.SelectMany(sales.Of)], cancellationToken);

        var writes = new StockroomWrites();
        var outcomes = new List<ReserveOutcome>(commands.Count);
        foreach (var command in commands)
        {
            if (!reservations.TryGetValue(command.OrderId, out var reservation))
            {
                reservation = Decide(command, shelves, sales, map, writes);
                reservations.Add(command.OrderId, reservation);
            }

            outcomes.Add(ReserveOutcome.Of(command.OrderId, reservation));
        }

        writes.AppendTo(batch);
        return outcomes;
    }

    /// <summary>Turns holds into sales, also those past their time that no sweep has released yet.</summary>
    public async Task<IReadOnlyList<SellOutcome>> Sell(
        IReadOnlyList<SellStock> commands, CancellationToken cancellationToken)
    {
        DemandGroup(commands.Count);
        var orders = commands.Select(command => command.OrderId);
        var reservations = await _reads.Reservations(orders, cancellationToken);

        var writes = new StockroomWrites();
        var outcomes = new List<SellOutcome>(commands.Count);
        foreach (var order in orders)
        {
            var reservation = reservations.GetValueOrDefault(order);
            if (reservation?.State == ReservationState.Held)
            {
                writes.Turn(order, reservation.State, ReservationState.Sold, reason: null);
                writes.Move(order, LedgerKind.Sold, reservation.Allocations, reference: null);
                writes.Account(order, LedgerKind.Sold, reservation.Purchases);
                reservations[order] = reservation with { State = ReservationState.Sold };
                outcomes.Add(SellOutcome.Sold);
            }
            else
            {
                outcomes.Add(
                    reservation?.State == ReservationState.Sold ? SellOutcome.AlreadySold : SellOutcome.Rejected);
            }
        }

        writes.AppendTo(batch);
        return outcomes;
    }

    /// <summary>Gives back what orders hold, or have bought and not been sent; one that is not known yet can hold nothing later.</summary>
    public async Task<IReadOnlyList<ReleaseOutcome>> Release(
        IReadOnlyList<ReleaseStock> commands, CancellationToken cancellationToken)
    {
        DemandGroup(commands.Count);
        var orders = commands.Select(command => command.OrderId);
        var reservations = await _reads.Reservations(orders, cancellationToken);

        var writes = new StockroomWrites();
        var outcomes = new List<ReleaseOutcome>(commands.Count);
        foreach (var command in commands)
        {
            var reservation = reservations.GetValueOrDefault(command.OrderId);
            outcomes.Add(Release(command.OrderId, reservation, command.Reason, writes));
            reservations[command.OrderId] = reservation is null
                ? new KnownReservation(ReservationState.Released, [], [])
                : reservation.AfterRelease();
        }

        writes.AppendTo(batch);
        return outcomes;
    }

    /// <summary>
    /// Releases at most so many holds whose time has passed by the database's clock, the oldest first, leaving alone
    /// those that someone else is at work on. The claim lasts as long as the transaction.
    /// </summary>
    /// <returns>The orders that lose their hold.</returns>
    public async Task<IReadOnlyList<Guid>> Expire(
        int most, CancellationToken cancellationToken)
    {
        DemandGroup(most);
        var overdue = await _reads.Overdue(most, cancellationToken);

        var writes = new StockroomWrites();
        foreach (var (order, reservation) in overdue)
            Release(order, reservation, "expired", writes);
        writes.AppendTo(batch);
        return overdue.Select(each => each.Order).ToList();
    }

    /// <summary>Takes goods in, and opens the row of a SKU that is new to a warehouse.</summary>
    public async Task<IReadOnlyList<ReceiveOutcome>> Receive(
        IReadOnlyList<ReceiveStock> commands, CancellationToken cancellationToken)
    {
        DemandGroup(commands.Count);
        var receipts = await _reads.Receipts(commands, cancellationToken);

        var writes = new StockroomWrites();
        var outcomes = new List<ReceiveOutcome>(commands.Count);
        foreach (var command in commands)
        {
            if (command.Quantity is <= 0 or > MostUnits)
            {
                outcomes.Add(ReceiveOutcome.Refused);
            }
            else if (receipts.Add((command.Sku, command.Warehouse, command.Reference)))
            {
                writes.Receive(command);
                outcomes.Add(ReceiveOutcome.Received);
            }
            else
            {
                outcomes.Add(ReceiveOutcome.AlreadyReceived);
            }
        }

        writes.AppendTo(batch);
        return outcomes;
    }

    /// <summary>
    /// Refuses what no sender may send: to be called for one message before it joins others, which it would fail.
    /// </summary>
    /// <exception cref="ArgumentException">Lines, quantities or the hold's length are out of bounds.</exception>
    public static void Demand(ReserveStock command)
    {
        if (command.Lines.Count is 0 or > MostLines)
            throw new ArgumentException($"An order has 1 to {MostLines} lines, not {command.Lines.Count}.");
        if (command.Lines.Any(line => line.Quantity is <= 0 or > MostUnits))
            throw new ArgumentException($"A line is for 1 to {MostUnits} units.");
        if (command.Lines.Select(line => line.Sku).Distinct(StringComparer.Ordinal).Count() != command.Lines.Count)
            throw new ArgumentException("Two lines are for the same SKU.");
        if (command.HoldFor <= TimeSpan.Zero || command.HoldFor > LongestHold)
            throw new ArgumentException($"A hold lasts at most {LongestHold}, not {command.HoldFor}.");
    }

    private static void DemandGroup(int size)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, MostCommands);
    }

    private static KnownReservation Decide(
        ReserveStock command, Shelves shelves, OpenSales sales, WarehouseMap map, StockroomWrites writes)
    {
        var purchases = sales.Of(command);
        if (sales.Refuse(purchases) is { Count: > 0 } refused)
        {
            writes.Reject(command.OrderId, refused);
            return new KnownReservation(ReservationState.Rejected, [], refused);
        }

        var destination = map.Find(command.ShipTo);
        var choice = WarehouseChoice.Choose(
            command.Lines, shelves.For(command.Lines), warehouse => map.Distance(destination, warehouse));
        if (!choice.IsComplete)
        {
            writes.Reject(command.OrderId, choice.Shortages);
            return new KnownReservation(ReservationState.Rejected, [], choice.Shortages);
        }

        shelves.Take(choice.Allocations);
        sales.Take(purchases);
        writes.Hold(command.OrderId, choice.Allocations, purchases, command.HoldFor);
        writes.Move(command.OrderId, LedgerKind.Reserved, choice.Allocations, reference: null);
        writes.Account(command.OrderId, LedgerKind.Reserved, purchases);
        return new KnownReservation(ReservationState.Held, choice.Allocations, []) { Purchases = purchases };
    }

    private static ReleaseOutcome Release(
        Guid order, KnownReservation? reservation, string reason, StockroomWrites writes)
    {
        switch (reservation?.State)
        {
            case null:
                writes.Forestall(order, reason);
                return ReleaseOutcome.Forestalled;
            case ReservationState.Held:
                writes.Turn(order, ReservationState.Held, ReservationState.Released, reason);
                writes.Move(order, LedgerKind.Released, reservation.Allocations, reason);
                writes.Account(order, LedgerKind.Released, reservation.Purchases);
                return ReleaseOutcome.Released;
            case ReservationState.Sold:
                writes.Turn(order, reservation, ReservationState.Released, reason, lines: null);
                writes.Move(order, LedgerKind.Unsold, reservation.Allocations, reason);
                writes.Account(order, LedgerKind.Unsold, reservation.PurchasesLeft());
                return ReleaseOutcome.SaleUndone;
            default:
                return ReleaseOutcome.NothingHeld;
        }
    }
}
