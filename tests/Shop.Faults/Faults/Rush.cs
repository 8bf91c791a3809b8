namespace Shop.Faults;

/// <summary>
/// A crowd with full carts wants the same few units at the same moment; beside it, another wants two articles in
/// opposite order.
/// </summary>
internal sealed class Rush : Fault
{
    private const int AtOnce = 100;

    public override string Name => "rush";

    public override string Row => "2,000 buyers for 100 units of one SKU; carts of two SKUs in opposite order";

    public override TimeSpan Length => TimeSpan.Zero;

    /// <summary>The SKU of each rush, with its units.</summary>
    public Dictionary<string, int> Units { get; } = [];

    public override async Task Inject(Scene scene, CancellationToken cancellationToken)
    {
        var (crowd, units) = scene.Options.IsShort ? (100, 40) : (2_000, 100);
        var sku = $"RUSH-{Units.Count + 1}";
        Units[sku] = units;
        await scene.Shop.Operator.Offer(
            scene.Shop.Database, new Dictionary<string, int> { [sku] = units }, cancellationToken);

        var visits = new (Customer Customer, Visit Visit)[crowd];
        var bounded = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(Enumerable.Range(0, crowd), bounded, async (number, token) =>
        {
            var customer = new Customer(scene.Market, 100_000 + number);
            var visit = scene.Market.Journal.Open(sku);
            if (await customer.FillCart(visit, [(sku, 1)], token)) visits[number] = (customer, visit);
        });
        await Parallel.ForEachAsync(visits.Where(each => each.Customer is not null), bounded, async (each, token) =>
            await each.Customer.CheckOut(each.Visit, "pm_card_visa", atOnce: 1, token));
    }
}
