using System.Collections.Immutable;
using Shop.Workers.Inventory;

namespace Shop.IntegrationTests.Inventory;

/// <summary>
/// What the stockroom promises of one warehouse, an operation after the other: what is there of each SKU, what became of
/// each order, and what is known already. The last SKU is on sale.
/// </summary>
internal sealed record StockWorld(
    ImmutableSortedDictionary<string, int> OnHand,
    ImmutableSortedDictionary<int, OrderInStock> Orders,
    ImmutableSortedSet<string> Known)
{
    public const int Skus = 2;
    public const string OnSale = "B";
    public const int PerPerson = 3;
    public const int InAll = 5;

    public static readonly StockWorld Empty = new(
        ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal),
        ImmutableSortedDictionary<int, OrderInStock>.Empty,
        ImmutableSortedSet.Create<string>(StringComparer.Ordinal));

    public (StockWorld After, string Answer) Reserve(int id, string buyer, IReadOnlyList<(string Sku, int Quantity)> lines)
    {
        if (!Orders.TryGetValue(id, out var order))
        {
            var left = lines.ToImmutableSortedDictionary(line => line.Sku, line => line.Quantity, StringComparer.Ordinal);
            var wanted = left.GetValueOrDefault(OnSale);
            var isGranted = lines.All(line => line.Quantity <= Free(line.Sku))
                && (wanted == 0 || Bought(buyer) + wanted <= PerPerson && Bought(null) + wanted <= InAll);
            order = isGranted
                ? new OrderInStock(ReservationState.Held, buyer, left, Shipped: 0)
                : new OrderInStock(ReservationState.Rejected, buyer, left.Clear(), Shipped: 0);
        }

        return (this with { Orders = Orders.SetItem(id, order) }, $"{order.IsAlive}");
    }

    public (StockWorld After, string Answer) Sell(int id) => Of(id) switch
    {
        { State: ReservationState.Held } held => (With(id, held with { State = ReservationState.Sold }), $"{SellOutcome.Sold}"),
        { State: ReservationState.Sold } => (this, $"{SellOutcome.AlreadySold}"),
        _ => (this, $"{SellOutcome.Rejected}"),
    };

    public (StockWorld After, string Answer) Release(int id) => Of(id) switch
    {
        null => (With(id, OrderInStock.Never), $"{ReleaseOutcome.Forestalled}"),
        { State: ReservationState.Held } held => (With(id, held.Released()), $"{ReleaseOutcome.Released}"),
        { State: ReservationState.Sold } sold => (With(id, sold.Released()), $"{ReleaseOutcome.SaleUndone}"),
        _ => (this, $"{ReleaseOutcome.NothingHeld}"),
    };

    /// <summary>Lets the order's hold run out, if it has one.</summary>
    public (StockWorld After, string Answer) Expire(int id) =>
        (Of(id) is { State: ReservationState.Held } held ? With(id, held.Released()) : this, "");

    /// <summary>A parcel with one unit; of an order there is one for each SKU.</summary>
    public (StockWorld After, string Answer) Ship(int id, string sku)
    {
        if (Known.Contains($"parcel {id} {sku}")) return (this, "known");
        if (Of(id) is not { IsAlive: true } order || order.Left.GetValueOrDefault(sku) < 1) return (this, "refused");
        var shipped = order with
        {
            State = ReservationState.Sold,
            Left = order.Left.SetItem(sku, order.Left[sku] - 1),
            Shipped = order.Shipped + (sku == OnSale ? 1 : 0),
        };
        return (With(id, shipped).Put(sku, -1) with { Known = Known.Add($"parcel {id} {sku}") }, "new");
    }

    /// <summary>One unit comes back.</summary>
    public (StockWorld After, string Answer) TakeBack(int id, string sku) => Once($"return {id} {sku}", sku, 1);

    public (StockWorld After, string Answer) Receive(string reference, string sku, int quantity) =>
        Once($"receipt {reference} {sku}", sku, quantity);

    /// <summary>What stands in the rows of a SKU.</summary>
    public (int OnHand, int Reserved, int Sold) Rows(string sku) =>
        (OnHand.GetValueOrDefault(sku), Sum(sku, ReservationState.Held), Sum(sku, ReservationState.Sold));

    public override string ToString() =>
        $"{string.Join(' ', OnHand.Select(each => $"{each.Key}:{each.Value}"))}; "
        + $"{string.Join(' ', Orders.Select(each => $"{each.Key}={each.Value}"))}; {string.Join(',', Known)}";

    private (StockWorld After, string Answer) Once(string deed, string sku, int quantity) => Known.Contains(deed)
        ? (this, "known")
        : (Put(sku, quantity) with { Known = Known.Add(deed) }, "new");

    private OrderInStock? Of(int id) => Orders.GetValueOrDefault(id);

    private StockWorld With(int id, OrderInStock order) => this with { Orders = Orders.SetItem(id, order) };

    private StockWorld Put(string sku, int units) =>
        this with { OnHand = OnHand.SetItem(sku, OnHand.GetValueOrDefault(sku) + units) };

    private int Sum(string sku, string state) =>
        Orders.Values.Where(order => order.State == state).Sum(order => order.Left.GetValueOrDefault(sku));

    private int Free(string sku)
    {
        var (onHand, reserved, sold) = Rows(sku);
        return onHand - reserved - sold;
    }

    /// <summary>Of the sale, by one or by all: what was given back after it had left counts on.</summary>
    private int Bought(string? buyer) => Orders.Values.Where(order => buyer is null || order.Buyer == buyer)
        .Sum(order => order.Shipped + (order.IsAlive ? order.Left.GetValueOrDefault(OnSale) : 0));
}

/// <param name="State">As the reservation's row has it.</param>
/// <param name="Buyer">Whose it is.</param>
/// <param name="Left">What is held or sold, and has not left.</param>
/// <param name="Shipped">Units of the sale that have.</param>
internal sealed record OrderInStock(string State, string Buyer, ImmutableSortedDictionary<string, int> Left, int Shipped)
{
    public static readonly OrderInStock Never = new(
        ReservationState.Released, "", ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal), 0);

    public bool IsAlive => State is ReservationState.Held or ReservationState.Sold;

    public OrderInStock Released() => this with { State = ReservationState.Released, Left = Left.Clear() };

    public override string ToString() =>
        $"{State}[{string.Join(' ', Left.Select(line => $"{line.Key}{line.Value}"))}]{Buyer}{Shipped}";
}
