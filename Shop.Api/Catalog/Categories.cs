using Npgsql;
using Shop.Messaging.Hosting;

namespace Shop.Api.Catalog;

/// <summary>
/// The category tree as it was at most half a minute ago. One caller reads it anew, the others have the old one until
/// then; while the catalogue's database is away everyone has. To count the products is a walk over all of them: the more
/// there are, the more seldom that is done.
/// </summary>
internal sealed partial class Categories(ReadsDatabase database, TimeProvider time, ILogger<Categories> logger)
    : IDisposable
{
    private const int MostNodes = 200_000;
    private const int PatienceInSeconds = 20;

    /// <summary>Without the counts the view does not look at products.</summary>
    public const string TreeStatement =
        "select id, name, parent_id from catalog.category_view order by name, id limit $1";

    private const string CountsStatement =
        "select id, product_count from catalog.category_view where product_count > 0 limit $1";

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(30);

    /// <summary>From 60,000 products on they are counted more seldom; a million, every eight minutes.</summary>
    private static readonly TimeSpan FreshForEachCounted = TimeSpan.FromMilliseconds(0.5);

    private readonly SemaphoreSlim _reading = new(1, 1);
    private volatile Known? _known;

    public async ValueTask<CategoryTree> Get(CancellationToken cancellationToken)
    {
        var known = _known;
        if (IsFresh(known)) return known!.Tree;
        // Those who have an old one do not wait for the new one.
        if (!await _reading.WaitAsync(known is null ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, cancellationToken))
            return known!.Tree;
        if (known is null) return await ReadFirst(cancellationToken);
        _ = Task.Run(Refresh, CancellationToken.None);
        return known.Tree;
    }

    public void Dispose() => _reading.Dispose();

    /// <summary>How long the counts of so many products are good enough.</summary>
    public static TimeSpan CountsAreFresh(long products)
    {
        var fresh = products * FreshForEachCounted;
        return fresh > Fresh ? fresh : Fresh;
    }

    private bool IsFresh(Known? known) => known is not null && time.GetElapsedTime(known.Since) < Fresh;

    private async Task<CategoryTree> ReadFirst(CancellationToken cancellationToken)
    {
        try
        {
            return (_known ??= await Read(cancellationToken)).Tree;
        }
        finally
        {
            _reading.Release();
        }
    }

    private async Task Refresh()
    {
        try
        {
            _known = await Read(CancellationToken.None);
        }
        catch (NpgsqlException fault)
        {
            _known = _known! with { Since = time.GetTimestamp() };
            LogStale(fault.Message);
        }
        finally
        {
            _reading.Release();
        }
    }

    private async Task<Known> Read(CancellationToken cancellationToken)
    {
        var since = time.GetTimestamp();
        var counts = _known?.Counts is { } known && time.GetElapsedTime(known.Since) < CountsAreFresh(known.All)
            ? known
            : await Count(cancellationToken);
        await using var command = Command(TreeStatement);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<CategoryRow>();
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(new CategoryRow(
                reader.GetString(0), reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetString(2),
                counts.Products.GetValueOrDefault(reader.GetString(0))));
        return new Known(new CategoryTree(rows), counts, since);
    }

    private async Task<Counts> Count(CancellationToken cancellationToken)
    {
        var since = time.GetTimestamp();
        await using var command = Command(CountsStatement);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var products = new Dictionary<string, long>();
        while (await reader.ReadAsync(cancellationToken)) products[reader.GetString(0)] = reader.GetInt64(1);
        return new Counts(products, products.Values.Sum(), since);
    }

    private NpgsqlCommand Command(string statement)
    {
        var command = database.Source.CreateCommand(statement);
        command.CommandTimeout = PatienceInSeconds;
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = MostNodes });
        return command;
    }

    [LoggerMessage(LogLevel.Warning, "The category tree stays as it was: {Reason}")]
    private partial void LogStale(string reason);

    private sealed record Known(CategoryTree Tree, Counts Counts, long Since);

    /// <summary>The products of each node alone, and of all.</summary>
    private sealed record Counts(IReadOnlyDictionary<string, long> Products, long All, long Since);
}
