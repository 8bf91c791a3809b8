using Npgsql;
using NpgsqlTypes;

namespace Shop.Workers.Inventory;

/// <summary>
/// What orders take of sales and give back: the sale, its buyers' accounts and their ledger, in the batch that moves the
/// stock. The sale's row is locked first, so that limits are judged by its present terms. Nothing is written where no sale is.
/// </summary>
internal sealed partial class StockroomWrites
{
    private const string TakeFromSalesSql = """
        with locked as (
          select l.id, delta.units
          from unnest((select $1), (select $2)) as delta (id, units)
          join inventory.sale l on l.id = delta.id
          order by l.id
          for no key update of l
        ), moved as (
          update inventory.sale l
          set taken = l.taken + locked.units
          from locked
          where l.id = locked.id and l.taken + locked.units >= 0
            and (locked.units < 0
              or l.taken + locked.units <= l.quantity and l.is_current and l.starts_at <= now() and l.ends_at > now())
          returning 1
        )
        select 1 / (case when (select count(*) from moved) = cardinality($1) then 1 else 0 end)
        """;

    private const string GrowAccountsSql = """
        with grown as (
          insert into inventory.purchase_account as a (sale_id, buyer, reserved, sold, unit_limit)
          select delta.sale_id, delta.buyer, delta.reserved, 0, l.per_person_limit
          from unnest((select $1), (select $2), (select $3)) as delta (sale_id, buyer, reserved)
          join inventory.sale l on l.id = delta.sale_id
          where delta.reserved <= l.per_person_limit
          order by delta.sale_id, delta.buyer
          on conflict (sale_id, buyer) do update
          set reserved = a.reserved + excluded.reserved, unit_limit = excluded.unit_limit
          where a.reserved + a.sold + excluded.reserved <= excluded.unit_limit
          returning 1
        )
        select 1 / (case when (select count(*) from grown) = cardinality($1) then 1 else 0 end)
        """;

    private const string MoveAccountsSql = """
        with locked as (
          select a.sale_id, a.buyer, delta.reserved, delta.sold
          from unnest((select $1), (select $2), (select $3), (select $4)) as delta (sale_id, buyer, reserved, sold)
          join inventory.purchase_account a on a.sale_id = delta.sale_id and a.buyer = delta.buyer
          order by a.sale_id, a.buyer
          for no key update of a
        ), moved as (
          update inventory.purchase_account a
          set reserved = a.reserved + locked.reserved, sold = a.sold + locked.sold
          from locked
          where a.sale_id = locked.sale_id and a.buyer = locked.buyer
            and a.reserved + locked.reserved >= 0 and a.sold + locked.sold >= 0
          returning 1
        )
        select 1 / (case when (select count(*) from moved) = cardinality($1) then 1 else 0 end)
        """;

    private const string AddPurchaseEntriesSql = """
        insert into inventory.purchase_entry (sale_id, buyer, order_id, kind, delta_reserved, delta_sold, unit_limit)
        select entry.sale_id, entry.buyer, entry.order_id, entry.kind, entry.reserved, entry.sold, l.per_person_limit
        from unnest($1, $2, $3, $4, $5, $6) as entry (sale_id, buyer, order_id, kind, reserved, sold)
        join inventory.sale l on l.id = entry.sale_id
        """;

    private readonly List<Posting> _accountEntries = [];

    /// <summary>Moves what an order takes of sales between reserved, sold and free, and says so in the buyers' ledger.</summary>
    /// <param name="order">Whose reservation moves.</param>
    /// <param name="kind">Reserved, Released, Sold or Unsold. What is reserved does not share a batch with the others.</param>
    /// <param name="purchases">Of the order.</param>
    public void Account(Guid order, string kind, IReadOnlyList<Purchase> purchases)
    {
        foreach (var (sale, buyer, _, quantity) in purchases)
        {
            var (reserved, sold) = kind switch
            {
                LedgerKind.Reserved => (quantity, 0),
                LedgerKind.Released => (-quantity, 0),
                LedgerKind.Sold => (-quantity, quantity),
                LedgerKind.Unsold => (0, -quantity),
                _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a movement of a purchase."),
            };
            _accountEntries.Add(new Posting(sale, buyer, order, kind, reserved, sold));
        }
    }

    private void AppendAccounts(NpgsqlBatch batch)
    {
        if (_accountEntries.Count == 0) return;
        var sales = _accountEntries.GroupBy(entry => entry.Sale)
            .Select(group => (Id: group.Key, Units: group.Sum(entry => entry.Reserved + entry.Sold)))
            .Where(sale => sale.Units != 0).ToList();
        if (sales.Count > 0)
            batch.BatchCommands.Add(new NpgsqlBatchCommand(TakeFromSalesSql)
            {
                Parameters =
                {
                    SqlArrays.Of(sales.Select(sale => sale.Id), NpgsqlDbType.Uuid),
                    SqlArrays.Of(sales.Select(sale => sale.Units), NpgsqlDbType.Integer),
                },
            });

        var accounts = _accountEntries.GroupBy(entry => (entry.Sale, entry.Buyer))
            .Select(group => new Posting(group.Key.Sale, group.Key.Buyer, default, group.First().Kind,
                group.Sum(entry => entry.Reserved), group.Sum(entry => entry.Sold)))
            .ToList();
        batch.BatchCommands.Add(_accountEntries[0].Kind == LedgerKind.Reserved ? Grow(accounts) : Move(accounts));
        batch.BatchCommands.Add(AddPurchaseEntries());
    }

    private static NpgsqlBatchCommand Grow(List<Posting> accounts) => new(GrowAccountsSql)
    {
        Parameters =
        {
            SqlArrays.Of(accounts.Select(account => account.Sale), NpgsqlDbType.Uuid),
            SqlArrays.Of(accounts.Select(account => account.Buyer), NpgsqlDbType.Text),
            SqlArrays.Of(accounts.Select(account => account.Reserved), NpgsqlDbType.Integer),
        },
    };

    private static NpgsqlBatchCommand Move(List<Posting> accounts) => new(MoveAccountsSql)
    {
        Parameters =
        {
            SqlArrays.Of(accounts.Select(account => account.Sale), NpgsqlDbType.Uuid),
            SqlArrays.Of(accounts.Select(account => account.Buyer), NpgsqlDbType.Text),
            SqlArrays.Of(accounts.Select(account => account.Reserved), NpgsqlDbType.Integer),
            SqlArrays.Of(accounts.Select(account => account.Sold), NpgsqlDbType.Integer),
        },
    };

    private NpgsqlBatchCommand AddPurchaseEntries() => new(AddPurchaseEntriesSql)
    {
        Parameters =
        {
            SqlArrays.Of(_accountEntries.Select(entry => entry.Sale), NpgsqlDbType.Uuid),
            SqlArrays.Of(_accountEntries.Select(entry => entry.Buyer), NpgsqlDbType.Text),
            SqlArrays.Of(_accountEntries.Select(entry => entry.Order), NpgsqlDbType.Uuid),
            SqlArrays.Of(_accountEntries.Select(entry => entry.Kind), NpgsqlDbType.Text),
            SqlArrays.Of(_accountEntries.Select(entry => entry.Reserved), NpgsqlDbType.Integer),
            SqlArrays.Of(_accountEntries.Select(entry => entry.Sold), NpgsqlDbType.Integer),
        },
    };

    private readonly record struct Posting(
        Guid Sale, string Buyer, Guid Order, string Kind, int Reserved, int Sold);
}
