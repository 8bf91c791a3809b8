using System.Collections.Concurrent;
using System.Collections.Immutable;
using CsCheck;
using Shop.Api.Cart;
using Xunit;

namespace Shop.IntegrationTests.Carts;

/// <summary>
/// Histories of a guest's cart and a person's, each step of up to three deeds at once or of a merge: what the scripts make
/// of it has to be what some order of the deeds makes of <see cref="CartWorld"/>. CsCheck prints the seed of a history that
/// is not, and cuts it down.
/// </summary>
public sealed class CartPropertyTests(CartsFixture shop) : IClassFixture<CartsFixture>
{
    private const int Histories = 120;
    private const int Merging = -1;

    private static readonly Gen<Deed> Deeds = Gen.Select(
        Gen.Frequency((6, "add"), (2, "set"), (2, "remove"), (1, "clear"), (4, "freeze"), (3, "thaw"), (3, "order")),
        Gen.Int[0, 1], Gen.OneOf("A", "B", "C"), Gen.Int[1, 60], Gen.OneOf("k1", "k2", "k3"),
        (kind, cart, sku, units, key) => new Deed(kind, cart, sku, units, key));

    private static readonly Gen<Deed[]> Steps = Gen.Frequency<Deed[]>(
        (5, Deeds.Array[1, 3]), (1, Gen.Const(new[] { new Deed("merge", Merging, "", 0, "") })));

    [Fact]
    public Task Whatever_is_done_at_once_is_as_if_it_were_done_one_after_the_other() =>
        Steps.Array[3, 16].SampleAsync(Try, iter: Histories, print: Told);

    private async Task Try(Deed[][] history)
    {
        Cart[] carts = [new Cart(CartsFixture.NewGuest()), new Cart(CartsFixture.NewPerson())];
        var worlds = carts.Select(_ => new Worlds<CartWorld>(CartWorld.Empty)).ToArray();

        foreach (var step in history)
        {
            if (step is [{ Cart: Merging }]) await Merge(carts[0].Owner, carts[1].Owner, worlds);
            else
            {
                // Which checkouts there are to be ended is what they knew who came before.
                var known = carts.Select(cart => cart.Generations.ToImmutableDictionary()).ToArray();
                var answers = await Task.WhenAll(step.Select(deed =>
                    Task.Run(() => Do(carts[deed.Cart], known[deed.Cart], deed))));
                for (var cart = 0; cart < carts.Length; cart++)
                {
                    var own = step.Zip(answers).Where(each => each.First.Cart == cart).ToArray();
                    worlds[cart].Explain(
                        string.Join(" | ", own.Select(each => $"{each.First} → {each.Second}")),
                        [.. own.Select(each => (Func<CartWorld, CartWorld?>)(world =>
                            Model(world, known[each.First.Cart], each.First) is var (after, expected)
                                && expected == each.Second ? after : null))]);
                }
            }

            for (var cart = 0; cart < carts.Length; cart++)
            {
                var read = await Read(carts[cart].Owner);
                worlds[cart].Keep($"{carts[cart].Owner} has {read}", world => world.ToString() == read.ToString());
            }
        }
    }

    private async Task Merge(string guest, string person, Worlds<CartWorld>[] worlds)
    {
        var (brought, told) = ((await Read(guest)).Lines, await LeftOut(person));
        var (_, leftOut) = (await Read(person)).Take(brought);

        Assert.Equal(!brought.IsEmpty, await shop.Merges.Merge(guest, person));

        worlds[0].Explain("merge", [world => world with { Lines = world.Lines.Clear() }]);
        worlds[1].Explain("merge", [world => world.Take(brought).After]);
        foreach (var (sku, units) in leftOut) told = told.SetItem(sku, told.GetValueOrDefault(sku) + units);
        Assert.Equal(CartWorld.Told(told), CartWorld.Told(await LeftOut(person)));
    }

    private async Task<string> Do(Cart cart, ImmutableDictionary<string, Guid> known, Deed deed)
    {
        var generation = known.GetValueOrDefault(deed.Key);
        switch (deed.Kind)
        {
            case "add":
                return $"{(await shop.Add(cart.Owner, deed.Sku, deed.Units)).Refusal}";
            case "set":
                return $"{(await shop.Carts.Set(cart.Owner, deed.Sku, deed.Units, new(100, "USD"))).Refusal}";
            case "remove":
                await shop.Carts.Remove(cart.Owner, deed.Sku);
                return "";
            case "clear":
                await shop.Carts.Clear(cart.Owner);
                return "";
            case "freeze":
                var freezing = await shop.Frozen.Freeze(cart.Owner, deed.Key);
                if (freezing is not Freezing.Frozen frozen)
                    return freezing is Freezing.Running ? "running"
                        : freezing is Freezing.Empty { IsUnderWay: true } ? "under way" : "empty";
                cart.Generations[deed.Key] = frozen.Generation;
                return $"frozen {CartWorld.Told(Units(frozen.Lines))}";
            case "thaw":
                if (generation != Guid.Empty) await shop.Frozen.Thaw(cart.Owner, generation);
                return "";
            default:
                if (generation == Guid.Empty) return "";
                if (cart.Ordered.TryAdd(generation, true)) await shop.Order(generation, Guid.NewGuid());
                await shop.Frozen.Drop(cart.Owner, generation);
                return "";
        }
    }

    private static (CartWorld After, string Answer) Model(
        CartWorld world, ImmutableDictionary<string, Guid> known, Deed deed) => deed.Kind switch
    {
        "add" => world.Add(deed.Sku, deed.Units),
        "set" => world.Set(deed.Sku, deed.Units),
        "remove" => world.Remove(deed.Sku),
        "clear" => CartWorld.Clear(),
        "freeze" => world.Freeze(deed.Key),
        "thaw" => known.ContainsKey(deed.Key) ? world.Thaw(deed.Key) : (world, ""),
        _ => known.ContainsKey(deed.Key) ? world.Order(deed.Key) : (world, ""),
    };

    private async Task<CartWorld> Read(string owner)
    {
        var state = await shop.Carts.Read(owner);
        return new CartWorld(Units(state.Lines), state.Frozen.ToImmutableSortedDictionary(
            frozen => frozen.Key, frozen => Units(frozen.Lines), StringComparer.Ordinal));
    }

    /// <summary>Units that its owner is to be told of, by SKU.</summary>
    private async Task<ImmutableSortedDictionary<string, int>> LeftOut(string owner) =>
        (await shop.Carts.Read(owner)).LeftOut.GroupBy(left => left.Sku).ToImmutableSortedDictionary(
            sku => sku.Key, sku => sku.Sum(left => left.Units), StringComparer.Ordinal);

    private static ImmutableSortedDictionary<string, int> Units(IEnumerable<CartLine> lines) =>
        lines.ToImmutableSortedDictionary(line => line.Sku, line => line.Quantity, StringComparer.Ordinal);

    private static string Told(Deed[][] history) =>
        string.Join('\n', history.Select(step => string.Join(" | ", step.Select(deed => $"{deed}"))));

    /// <param name="Kind">What is done.</param>
    /// <param name="Cart">0 is the guest's, 1 the person's.</param>
    /// <param name="Sku">Of what.</param>
    /// <param name="Units">How many.</param>
    /// <param name="Key">Of which checkout.</param>
    private sealed record Deed(string Kind, int Cart, string Sku, int Units, string Key)
    {
        public override string ToString() => $"{Kind} {Cart} {Sku}{Units} {Key}";
    }

    /// <summary>A cart, with what its checkouts know.</summary>
    private sealed record Cart(string Owner)
    {
        /// <summary>Of each key, the cart that it froze last.</summary>
        public ConcurrentDictionary<string, Guid> Generations { get; } = new(StringComparer.Ordinal);

        public ConcurrentDictionary<Guid, bool> Ordered { get; } = new();
    }
}
