namespace Shop.PaymentSimulator;

/// <summary>Things in the order in which they were made, listed from the newest on as Stripe's lists are.</summary>
internal sealed class Shelf<T>(Func<T, string> id, Func<T, long> createdMs)
    where T : class
{
    private readonly Lock gate = new();
    private readonly List<T> items = [];
    private readonly Dictionary<string, int> positions = new(StringComparer.Ordinal);

    public int Count
    {
        get
        {
            lock (gate)
                return items.Count;
        }
    }

    public void Put(T item)
    {
        lock (gate)
        {
            if (positions.TryGetValue(id(item), out var position))
            {
                items[position] = item;
                return;
            }

            positions.Add(id(item), items.Count);
            items.Add(item);
        }
    }

    public T? Find(string wanted)
    {
        lock (gate)
            return positions.TryGetValue(wanted, out var position) ? items[position] : null;
    }

    /// <summary>Null when <see cref="ListQuery.StartingAfter"/> is not here.</summary>
    public Page<T>? List(ListQuery query, Func<T, bool>? wanted = null)
    {
        lock (gate)
        {
            var position = items.Count;
            if (query.StartingAfter is { } after && !positions.TryGetValue(after, out position))
                return null;
            var page = new List<T>(query.Limit);
            while (--position >= 0)
            {
                var item = items[position];
                var seconds = createdMs(item) / 1000;
                if (seconds < query.From)
                    break;
                if (seconds > query.To || wanted?.Invoke(item) == false)
                    continue;
                if (page.Count == query.Limit)
                    return new(page, HasMore: true);
                page.Add(item);
            }

            return new(page, HasMore: false);
        }
    }
}

/// <summary>From and to are Unix seconds, both included.</summary>
internal sealed record ListQuery(int Limit, string? StartingAfter, long From, long To)
{
    private const int DefaultLimit = 10;
    private const int MaxLimit = 100;

    /// <summary>Null and what is wrong with it, when it cannot be understood.</summary>
    public static ListQuery? Parse(IQueryCollection query, out Refusal? refusal)
    {
        refusal = null;
        if (!TryNumber(query, "limit", DefaultLimit, out var limit) || limit is < 1 or > MaxLimit)
            refusal = Refusal.Invalid($"The limit must be between 1 and {MaxLimit}", "limit");
        if (!TryNumber(query, "created[gte]", 0, out var from) || !TryNumber(query, "created[gt]", -1, out var above)
            || !TryNumber(query, "created[lte]", long.MaxValue, out var to)
            || !TryNumber(query, "created[lt]", long.MaxValue, out var below))
        {
            refusal = Refusal.Invalid("Invalid timestamp", "created", "parameter_invalid_integer");
            return null;
        }

        return refusal is not null ? null : new((int)limit, query["starting_after"].FirstOrDefault(),
            Math.Max(from, above + 1), below == long.MaxValue ? to : Math.Min(to, below - 1));
    }

    private static bool TryNumber(IQueryCollection query, string name, long absent, out long value)
    {
        value = absent;
        return !query.TryGetValue(name, out var text) || long.TryParse(text, out value);
    }
}

internal sealed record Page<T>(IReadOnlyList<T> Items, bool HasMore);
