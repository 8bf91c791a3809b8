using System.Runtime.InteropServices;
using Shop.Contracts.Inventory;

namespace Shop.Workers.Inventory;

/// <summary>What can still be promised of a SKU from a warehouse.</summary>
internal readonly record struct AvailableStock(string Warehouse, string Sku, int Available);

/// <summary>Either allocations for all that was asked, or the lines that fall short.</summary>
internal sealed record Choice(IReadOnlyList<Allocation> Allocations, IReadOnlyList<Shortage> Shortages)
{
    public bool IsComplete => Shortages.Count == 0;
}

/// <summary>
/// Decides which warehouses an order comes from: all of it or none, in few parcels, from near by.
/// <para>
/// Fewest parcels is a multiset cover, which is NP-hard, so this is the greedy algorithm: take the warehouse that
/// covers the most units of what is left, the nearer on a tie (then by code), until nothing is left. A single
/// warehouse that has everything covers the most there is, so the nearest such is always the first and only one
/// taken; else the number of parcels is within a logarithmic factor of the least. V. Chvátal, "A greedy heuristic
/// for the set-covering problem", Mathematics of Operations Research 4(3), 1979; for quantities, L. A. Wolsey, "An
/// analysis of the greedy algorithm for the submodular set covering problem", Combinatorica 2(4), 1982. What a
/// warehouse covers only shrinks as others are taken, so a stale figure is an upper bound and only the front of the
/// queue is computed anew: M. Minoux, "Accelerated greedy algorithms for maximizing submodular set functions", 1978.
/// </para>
/// </summary>
internal static class WarehouseChoice
{
    /// <param name="lines">One line a SKU, each quantity positive.</param>
    /// <param name="stock">At most one entry a warehouse and SKU; SKUs that nobody asked for are passed over.</param>
    /// <param name="distanceTo">From the destination to a warehouse; any unit, and infinity where unknown.</param>
    /// <returns>The same for the same arguments, whatever the order of <paramref name="stock"/>.</returns>
    public static Choice Choose(
        IReadOnlyList<StockLine> lines, IEnumerable<AvailableStock> stock, Func<string, double> distanceTo)
    {
        var needs = lines.Select(line => line.Quantity).ToArray();
        var sites = Sites(lines, stock);
        var shortages = Shortages(lines, sites.Values);
        if (shortages.Count > 0)
            return new Choice([], shortages);

        var queue = new PriorityQueue<Site, Merit>(
            sites.Values.Select(site => (site, new Merit(site.Covers(needs), distanceTo(site.Code), site.Code))));
        var allocations = new List<Allocation>(lines.Count);
        while (queue.TryDequeue(out var site, out var merit))
        {
            var covers = site.Covers(needs);
            if (covers == 0)
                continue;
            if (covers == merit.Covers)
                site.Take(lines, needs, allocations);
            else
                queue.Enqueue(site, merit with { Covers = covers });
        }

        return new Choice(allocations, []);
    }

    private static Dictionary<string, Site> Sites(IReadOnlyList<StockLine> lines, IEnumerable<AvailableStock> stock)
    {
        var lineOf = new Dictionary<string, int>(lines.Count, StringComparer.Ordinal);
        for (var line = 0; line < lines.Count; line++)
            lineOf.Add(lines[line].Sku, line);

        var sites = new Dictionary<string, Site>(StringComparer.Ordinal);
        foreach (var entry in stock)
        {
            if (entry.Available <= 0 || !lineOf.TryGetValue(entry.Sku, out var line))
                continue;
            ref var site = ref CollectionsMarshal.GetValueRefOrAddDefault(sites, entry.Warehouse, out _);
            site ??= new Site(entry.Warehouse);
            site.Has.Add((line, entry.Available));
        }

        // The order that the stock came in must not show in the allocations.
        foreach (var site in sites.Values)
            site.Has.Sort();
        return sites;
    }

    private static List<Shortage> Shortages(IReadOnlyList<StockLine> lines, IEnumerable<Site> sites)
    {
        var totals = new long[lines.Count];
        foreach (var (line, available) in sites.SelectMany(site => site.Has))
            totals[line] += available;
        return lines
            .Select((line, index) => (line, available: totals[index]))
            .Where(each => each.available < each.line.Quantity)
            .Select(each => new Shortage(each.line.Sku, each.line.Quantity, (int)each.available))
            .ToList();
    }

    /// <summary>Orders the best first: covers more, is nearer, comes first by code.</summary>
    private readonly record struct Merit(long Covers, double Distance, string Code) : IComparable<Merit>
    {
        public int CompareTo(Merit other)
        {
            var order = other.Covers.CompareTo(Covers);
            if (order == 0)
                order = Distance.CompareTo(other.Distance);
            return order == 0 ? string.CompareOrdinal(Code, other.Code) : order;
        }
    }

    private sealed class Site(string code)
    {
        public string Code { get; } = code;
        public List<(int Line, int Available)> Has { get; } = [];

        public long Covers(int[] needs)
        {
            var sum = 0L;
            foreach (var (line, available) in Has)
                sum += Math.Min(needs[line], available);
            return sum;
        }

        /// <summary>Each warehouse is taken from once, and then as much as it has of what is needed.</summary>
        public void Take(IReadOnlyList<StockLine> lines, int[] needs, List<Allocation> allocations)
        {
            foreach (var (line, available) in Has)
            {
                var quantity = Math.Min(needs[line], available);
                if (quantity == 0)
                    continue;
                needs[line] -= quantity;
                allocations.Add(new Allocation(Code, lines[line].Sku, quantity));
            }
        }
    }
}
