using Npgsql;
using NpgsqlTypes;
using Shop.Contracts.Inventory;

namespace Shop.Workers.Inventory;

/// <summary>
/// Collects what the decisions of one call write, and turns it into at most one statement a table. Each statement
/// that relies on what was read asserts that every row was still so, by a division by zero: the batch, being one
/// transaction, then fails as a whole. Arrays behind a <c>select</c> have no length that the planner could know: it
/// then looks each key up in the index, and does not scan a table because the group is large.
/// </summary>
internal sealed partial class StockroomWrites
{
    private const string AddReservationsSql = """
        insert into inventory.reservation (order_id, state, lines, expires_at, reason, purchases)
        select order_id, state, lines, now() + hold_for, reason, purchases
        from unnest($1, $2, $3, $4, $5, $6) as added (order_id, state, lines, hold_for, reason, purchases)
        order by order_id
        """;

    private const string TurnReservationsSql = """
        with locked as (
          select r.order_id, turn.state, turn.reason, turn.lines
          from unnest((select $1), (select $2), (select $3), (select $4), (select $5), (select $6))
            as turn (order_id, was, state, reason, were, lines)
          join inventory.reservation r
            on r.order_id = turn.order_id and r.state = turn.was and r.lines = coalesce(turn.were, r.lines)
          order by r.order_id
          for no key update of r
        ), turned as (
          update inventory.reservation r
          set state = locked.state, reason = coalesce(locked.reason, r.reason), lines = coalesce(locked.lines, r.lines)
          from locked
          where r.order_id = locked.order_id
          returning 1
        )
        select 1 / (case when (select count(*) from turned) = cardinality($1) then 1 else 0 end)
        """;

    private const string AddMovesSql = """
        insert into inventory.stock_move (subject_id, kind, order_id, is_refused, lines)
        select * from unnest($1, $2, $3, $4, $5) as added (subject_id, kind)
        order by subject_id, kind
        """;

    private const string AddLedgerSql = """
        insert into inventory.ledger_entry
          (order_id, sku, warehouse, kind, delta_on_hand, delta_reserved, delta_sold, reference)
        select order_id, sku, warehouse, kind, on_hand, reserved, sold, reference
        from unnest($1, $2, $3, $4, $5, $6, $7, $8)
          as entry (order_id, sku, warehouse, kind, on_hand, reserved, sold, reference)
        """;

    private const string MoveStockSql = """
        with locked as (
          select s.sku, s.warehouse, delta.on_hand, delta.reserved, delta.sold
          from unnest((select $1), (select $2), (select $3), (select $4), (select $5))
            as delta (sku, warehouse, on_hand, reserved, sold)
          join inventory.stock_item s on s.sku = delta.sku and s.warehouse = delta.warehouse
          order by s.sku, s.warehouse
          for no key update of s
        ), moved as (
          update inventory.stock_item s
          set on_hand = s.on_hand + locked.on_hand, reserved = s.reserved + locked.reserved,
            sold = s.sold + locked.sold
          from locked
          where s.sku = locked.sku and s.warehouse = locked.warehouse
            and s.reserved + locked.reserved >= 0
            and s.sold + locked.sold >= 0
            and s.on_hand - s.reserved - s.sold >= locked.reserved + locked.sold - locked.on_hand
          returning 1
        )
        select 1 / (case when (select count(*) from moved) = cardinality($1) then 1 else 0 end)
        """;

    private const string ReceiveStockSql = """
        insert into inventory.stock_item (sku, warehouse, on_hand, reserved, sold)
        select sku, warehouse, quantity, 0, 0
        from unnest($1, $2, $3) as receipt (sku, warehouse, quantity)
        order by sku, warehouse
        on conflict (sku, warehouse) do update set on_hand = stock_item.on_hand + excluded.on_hand
        """;

    private readonly List<Added> _added = [];
    private readonly List<Turned> _turned = [];
    private readonly List<Entry> _entries = [];
    private readonly List<Subject> _subjects = [];
    private readonly Dictionary<(string Sku, string Warehouse), (int OnHand, int Reserved, int Sold)> _moved = [];
    private readonly Dictionary<(string Sku, string Warehouse), int> _received = [];

    public void Hold(
        Guid order, IReadOnlyList<Allocation> allocations, IReadOnlyList<Purchase> purchases, TimeSpan holdFor) =>
        _added.Add(new Added(order, ReservationState.Held, ReservationLines.Write(allocations), holdFor, null,
            ReservationLines.Write(purchases)));

    public void Reject(Guid order, IReadOnlyList<Shortage> shortages) =>
        _added.Add(new Added(order, ReservationState.Rejected, ReservationLines.Write(shortages), null, null));

    /// <summary>Leaves the mark that rejects a reservation which has yet to come.</summary>
    public void Forestall(Guid order, string reason) =>
        _added.Add(new Added(order, ReservationState.Released, "[]", null, reason));

    public void Turn(Guid order, string from, string to, string? reason) =>
        _turned.Add(new Turned(order, from, to, reason, null, null));

    /// <summary>The same, and asserts what the order has, which becomes something else or stays.</summary>
    public void Turn(Guid order, KnownReservation was, string to, string? reason, IReadOnlyList<Allocation>? lines) =>
        _turned.Add(new Turned(order, was.State, to, reason, ReservationLines.Write(was.Allocations),
            lines is null ? null : ReservationLines.Write(lines)));

    /// <summary>Remembers what was done for a parcel or a return, so that it is done once and answered alike.</summary>
    public void Remember(Guid subject, string kind, Guid order, IReadOnlyList<Allocation> lines) =>
        _subjects.Add(new Subject(subject, kind, order, false, ReservationLines.Write(lines)));

    /// <summary>Remembers that it could not be done.</summary>
    public void RememberRefusal(Guid subject, string kind, Guid order, IReadOnlyList<Shortage> shortages) =>
        _subjects.Add(new Subject(subject, kind, order, true, ReservationLines.Write(shortages)));

    /// <summary>Moves what was allocated between available, reserved and sold, and says so in the ledger.</summary>
    public void Move(Guid order, string kind, IReadOnlyList<Allocation> allocations, string? reference)
    {
        foreach (var (warehouse, sku, quantity) in allocations)
        {
            var (onHand, reserved, sold) = kind switch
            {
                LedgerKind.Reserved => (0, quantity, 0),
                LedgerKind.Released => (0, -quantity, 0),
                LedgerKind.Sold => (0, -quantity, quantity),
                LedgerKind.Unsold => (0, 0, -quantity),
                LedgerKind.Reallocated => (0, 0, quantity),
                LedgerKind.Shipped => (-quantity, 0, -quantity),
                _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a movement of an order."),
            };
            _entries.Add(new Entry(order, sku, warehouse, kind, onHand, reserved, sold, reference));
            var before = _moved.GetValueOrDefault((sku, warehouse));
            _moved[(sku, warehouse)] =
                checked((before.OnHand + onHand, before.Reserved + reserved, before.Sold + sold));
        }
    }

    /// <summary>Goods that an order had are on the shelf again, free for anyone.</summary>
    public void TakeBack(RestockReturn command)
    {
        foreach (var (sku, quantity) in command.Lines)
        {
            _entries.Add(new Entry(command.OrderId, sku, command.Warehouse, LedgerKind.Returned, quantity, 0, 0,
                command.ReturnId.ToString()));
            PutOnShelf(sku, command.Warehouse, quantity);
        }
    }

    public void Receive(ReceiveStock receipt)
    {
        _entries.Add(new Entry(
            null, receipt.Sku, receipt.Warehouse, LedgerKind.Received, receipt.Quantity, 0, 0, receipt.Reference));
        PutOnShelf(receipt.Sku, receipt.Warehouse, receipt.Quantity);
    }

    /// <summary>The order of the statements is that of the locks; the stock comes last and is held shortest.</summary>
    public void AppendTo(NpgsqlBatch batch)
    {
        if (_added.Count > 0)
            batch.BatchCommands.Add(AddReservations());
        if (_turned.Count > 0)
            batch.BatchCommands.Add(TurnReservations());
        if (_subjects.Count > 0)
            batch.BatchCommands.Add(AddMoves());
        AppendAccounts(batch);
        if (_entries.Count > 0)
            batch.BatchCommands.Add(AddLedger());
        if (_moved.Count > 0)
            batch.BatchCommands.Add(MoveStock());
        if (_received.Count > 0)
            batch.BatchCommands.Add(ReceiveStock());
    }

    private NpgsqlBatchCommand AddReservations() => new(AddReservationsSql)
    {
        Parameters =
        {
            SqlArrays.Of(_added.Select(each => each.Order), NpgsqlDbType.Uuid),
            SqlArrays.Of(_added.Select(each => each.State), NpgsqlDbType.Text),
            SqlArrays.Of(_added.Select(each => each.Lines), NpgsqlDbType.Jsonb),
            SqlArrays.Of(_added.Select(each => each.HoldFor), NpgsqlDbType.Interval),
            SqlArrays.Of(_added.Select(each => each.Reason), NpgsqlDbType.Text),
            SqlArrays.Of(_added.Select(each => each.Purchases), NpgsqlDbType.Jsonb),
        },
    };

    private NpgsqlBatchCommand TurnReservations() => new(TurnReservationsSql)
    {
        Parameters =
        {
            SqlArrays.Of(_turned.Select(each => each.Order), NpgsqlDbType.Uuid),
            SqlArrays.Of(_turned.Select(each => each.From), NpgsqlDbType.Text),
            SqlArrays.Of(_turned.Select(each => each.To), NpgsqlDbType.Text),
            SqlArrays.Of(_turned.Select(each => each.Reason), NpgsqlDbType.Text),
            SqlArrays.Of(_turned.Select(each => each.Were), NpgsqlDbType.Jsonb),
            SqlArrays.Of(_turned.Select(each => each.Lines), NpgsqlDbType.Jsonb),
        },
    };

    private NpgsqlBatchCommand AddMoves() => new(AddMovesSql)
    {
        Parameters =
        {
            SqlArrays.Of(_subjects.Select(each => each.Id), NpgsqlDbType.Uuid),
            SqlArrays.Of(_subjects.Select(each => each.Kind), NpgsqlDbType.Text),
            SqlArrays.Of(_subjects.Select(each => each.Order), NpgsqlDbType.Uuid),
            SqlArrays.Of(_subjects.Select(each => each.IsRefused), NpgsqlDbType.Boolean),
            SqlArrays.Of(_subjects.Select(each => each.Lines), NpgsqlDbType.Jsonb),
        },
    };

    private NpgsqlBatchCommand AddLedger() => new(AddLedgerSql)
    {
        Parameters =
        {
            SqlArrays.Of(_entries.Select(each => each.Order), NpgsqlDbType.Uuid),
            SqlArrays.Of(_entries.Select(each => each.Sku), NpgsqlDbType.Text),
            SqlArrays.Of(_entries.Select(each => each.Warehouse), NpgsqlDbType.Text),
            SqlArrays.Of(_entries.Select(each => each.Kind), NpgsqlDbType.Text),
            SqlArrays.Of(_entries.Select(each => each.OnHand), NpgsqlDbType.Integer),
            SqlArrays.Of(_entries.Select(each => each.Reserved), NpgsqlDbType.Integer),
            SqlArrays.Of(_entries.Select(each => each.Sold), NpgsqlDbType.Integer),
            SqlArrays.Of(_entries.Select(each => each.Reference), NpgsqlDbType.Text),
        },
    };

    private NpgsqlBatchCommand MoveStock() => new(MoveStockSql)
    {
        Parameters =
        {
            SqlArrays.Of(_moved.Keys.Select(key => key.Sku), NpgsqlDbType.Text),
            SqlArrays.Of(_moved.Keys.Select(key => key.Warehouse), NpgsqlDbType.Text),
            SqlArrays.Of(_moved.Values.Select(delta => delta.OnHand), NpgsqlDbType.Integer),
            SqlArrays.Of(_moved.Values.Select(delta => delta.Reserved), NpgsqlDbType.Integer),
            SqlArrays.Of(_moved.Values.Select(delta => delta.Sold), NpgsqlDbType.Integer),
        },
    };

    private NpgsqlBatchCommand ReceiveStock() => new(ReceiveStockSql)
    {
        Parameters =
        {
            SqlArrays.Of(_received.Keys.Select(key => key.Sku), NpgsqlDbType.Text),
            SqlArrays.Of(_received.Keys.Select(key => key.Warehouse), NpgsqlDbType.Text),
            SqlArrays.Of(_received.Values, NpgsqlDbType.Integer),
        },
    };

    private readonly record struct Added(
        Guid Order, string State, string Lines, TimeSpan? HoldFor, string? Reason, string? Purchases = null);

    private void PutOnShelf(string sku, string warehouse, int quantity)
    {
        var before = _received.GetValueOrDefault((sku, warehouse));
        _received[(sku, warehouse)] = checked(before + quantity);
    }

    private readonly record struct Turned(
        Guid Order, string From, string To, string? Reason, string? Were, string? Lines);

    private readonly record struct Subject(Guid Id, string Kind, Guid Order, bool IsRefused, string Lines);

    private readonly record struct Entry(
        Guid? Order, string Sku, string Warehouse, string Kind, int OnHand, int Reserved, int Sold, string? Reference);
}
