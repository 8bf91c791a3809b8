namespace Shop.Faults;

/// <summary>
/// A flash sale while nobody reserves: the workers are killed, and persons who were let in order as often as they are
/// taken, each time as much as one person may have. What is pending counts, so each gets it once.
/// </summary>
internal sealed class PendingSale : Fault
{
    private const int PersonLimit = 2;
    private const int Units = 400;
    private const int OrdersEach = 3;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public override string Name => "pending-sale";

    public override string Row => "units sold to one person in one flash sale are within its limit, pending ones included";

    public override TimeSpan Length => TimeSpan.Zero;

    /// <summary>Orders that one person may have in each sale, by its SKU.</summary>
    public static int MostOrders => 1;

    /// <summary>By the sale's SKU, the visits of each person.</summary>
    public Dictionary<string, IReadOnlyList<IReadOnlyList<Visit>>> Persons { get; } = [];

    public override async Task Inject(Scene scene, CancellationToken cancellationToken)
    {
        var sku = $"SALE-{Persons.Count + 1}";
        await scene.Shop.Operator.Offer(
            scene.Shop.Database, new Dictionary<string, int> { [sku] = Units }, cancellationToken);
        await Open(scene, sku, cancellationToken);

        var persons = Enumerable.Range(0, scene.Options.IsShort ? 20 : 100)
            .Select(number => new Person(scene.Market, 200_000 + number, sku)).ToArray();
        Persons[sku] = [.. persons.Select(person => person.Visits)];
        await Task.WhenAll(persons.Select(person => person.WaitForTurn(cancellationToken)));
        foreach (var worker in scene.Shop.Workers) await worker.Kill();
        await Task.WhenAll(persons.Select(person => person.OrderAgainAndAgain(cancellationToken)));
    }

    public override async Task Heal(Scene scene, CancellationToken cancellationToken)
    {
        foreach (var worker in scene.Shop.Workers) worker.Launch();
        foreach (var worker in scene.Shop.Workers) await worker.BeReady(cancellationToken);
    }

    private static async Task Open(Scene scene, string sku, CancellationToken cancellationToken)
    {
        var now = TimeProvider.System.GetUtcNow();
        await scene.Shop.Operator.Do(HttpMethod.Put, $"/admin/sales/{sku}", new
        {
            startsAt = now,
            endsAt = now.AddMinutes(30),
            perPersonLimit = PersonLimit,
            quantity = Units,
        }, cancellationToken);
        await Patience.For("every instance knows of the sale", async () =>
        {
            // Each question goes to the next instance.
            foreach (var _ in scene.Shop.Apis)
                if (await scene.Shop.Operator.Get($"/sales/{sku}/queue", cancellationToken) is null) return false;
            return true;
        }, Limit, cancellationToken);
    }

    /// <summary>One guest with one session, and a new cart for each order.</summary>
    private sealed class Person(Market market, int number, string sku)
    {
        private readonly Customer _customer = new(market, number);
        private readonly List<Visit> _visits = [];

        public IReadOnlyList<Visit> Visits => _visits;

        public async Task WaitForTurn(CancellationToken cancellationToken)
        {
            var visit = market.Journal.Open(sku);
            _visits.Add(visit);
            if (!await _customer.FillCart(visit, [(sku, PersonLimit)], cancellationToken)
                || !await _customer.WaitForTurn(visit, sku, cancellationToken))
                throw new ProofFailedException($"A person was not let in to the sale of {sku}.");
        }

        public async Task OrderAgainAndAgain(CancellationToken cancellationToken)
        {
            await _customer.CheckOut(_visits[0], "pm_card_visa", atOnce: 1, cancellationToken);
            for (var order = 1; order < OrdersEach; order++)
            {
                var visit = market.Journal.Open(sku);
                visit.Session = _visits[0].Session;
                _visits.Add(visit);
                if (await _customer.FillCart(visit, [(sku, PersonLimit)], cancellationToken)
                    && await _customer.WaitForTurn(visit, sku, cancellationToken))
                    await _customer.CheckOut(visit, "pm_card_visa", atOnce: 1, cancellationToken);
            }
        }
    }
}
