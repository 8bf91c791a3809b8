using Shop.Load;

namespace Shop.Faults;

/// <summary>What customers share: where they buy, what there is, and their journal.</summary>
/// <param name="Apis">A client for each instance.</param>
/// <param name="Wares">What there is.</param>
/// <param name="Journal">What was asked and answered.</param>
/// <param name="Seed">Of the run.</param>
/// <param name="Pause">At most between two visits of one customer.</param>
internal sealed record Market(
    IReadOnlyList<ShopClient> Apis, Wares Wares, BuyersJournal Journal, int Seed, TimeSpan Pause);

/// <summary>What is for sale.</summary>
internal sealed class Wares
{
    private const int Plenty = 1_000_000;
    private const int Few = 40;

    private static readonly string[] SpreadSkus = [.. Enumerable.Range(1, 24).Select(number => $"PROOF-{number:00}")];
    private static readonly string[] ScarceSkus = [.. Enumerable.Range(1, 4).Select(number => $"SCARCE-{number}")];

    public IReadOnlyList<string> Spread => SpreadSkus;

    /// <summary>They sell out in the course of the run.</summary>
    public IReadOnlyList<string> Scarce => ScarceSkus;

    /// <summary>Bought together, in either order.</summary>
    public (string One, string Other) Pair => ("PAIR-A", "PAIR-B");

    public IReadOnlyDictionary<string, int> Stock { get; } = new Dictionary<string, int>(
        [
            .. SpreadSkus.Select(sku => KeyValuePair.Create(sku, Plenty)),
            .. ScarceSkus.Select(sku => KeyValuePair.Create(sku, Few)),
            KeyValuePair.Create("PAIR-A", Plenty),
            KeyValuePair.Create("PAIR-B", Plenty),
        ]);
}
