namespace Shop.Faults;

/// <summary>
/// An operator who moves a warehouse again and again, each time only when the last move is seen to be done: what was told
/// last must stand, however late an earlier order is delivered again. A move that had to be told twice is two orders, of
/// which one may be late by itself: such a name may come back.
/// </summary>
internal sealed class Warehouses(ProvedShop shop)
{
    public const string Code = "PROOF-W";

    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(300);

    private readonly HashSet<string> _excused = [];

    /// <summary>What it was called last, with an answer; null before the first.</summary>
    public string? LastName { get; private set; }

    public long Moves { get; private set; }

    /// <summary>How often it was found where it had been before.</summary>
    public long Returns { get; private set; }

    public async Task MoveAbout(CancellationToken closing, CancellationToken cancellationToken)
    {
        while (!closing.IsCancellationRequested)
        {
            var name = $"Place {Moves + 1}";
            var isSeen = false;
            try
            {
                var isNew = _excused.Add(name); // until it is seen to be done, by an order that was told once
                var once = await shop.Operator.Do(HttpMethod.Put, $"/admin/warehouses/{Code}", new
                {
                    name,
                    address = new { name = "Goods in", line1 = "1 Dock", city = "Nowhere", region = "NY", postalCode = "10001", country = "US" },
                    latitude = 40.0,
                    longitude = -74.0,
                }, cancellationToken);
                (LastName, Moves) = (name, Moves + 1);
                await Patience.For("the warehouse has moved", async () =>
                    await Named(cancellationToken) == name, TimeSpan.FromSeconds(60), cancellationToken);
                isSeen = true;
                if (once && isNew) _excused.Remove(name);
            }
            catch (ProofFailedException)
            {
                // The shop was away for long, or the move waits behind a fault. It is told again.
            }

            await Task.Delay(Between, closing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            // One that has not moved yet is not back either.
            if (isSeen && await IsBack(cancellationToken)) Returns++;
        }
    }

    /// <summary>Whether it has a name of before that nothing excuses.</summary>
    public async Task<bool> IsBack(CancellationToken cancellationToken)
    {
        if (LastName is not { } last || await Named(cancellationToken) is not { } found || found == last || _excused.Contains(found))
            return false;
        Console.WriteLine($"  {TimeProvider.System.GetUtcNow():HH:mm:ss} the warehouse is {found} again, and was told to be {last}" +
            (_excused.Contains(last) ? ", which was not seen yet" : ""));
        return true;
    }

    /// <summary>What the shop calls it; null while the database is away.</summary>
    public async Task<string?> Named(CancellationToken cancellationToken)
    {
        try
        {
            await using var command = shop.Database.CreateCommand("select name from inventory.warehouse where code = $1");
            command.Parameters.AddWithValue(Code);
            return await command.ExecuteScalarAsync(cancellationToken) as string;
        }
        catch (Npgsql.NpgsqlException)
        {
            return null;
        }
    }
}
