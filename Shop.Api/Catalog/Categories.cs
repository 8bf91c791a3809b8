using Npgsql;
using Shop.Messaging.Hosting;

namespace Shop.Api.Catalog;

/// <summary>
/// The category tree as it was at most half a minute ago. One caller reads it anew, the others have the old one until
/// then; while the catalogue's database is away everyone has.
/// </summary>
internal sealed partial class Categories(ReadsDatabase database, TimeProvider time, ILogger<Categories> logger)
    : IDisposable
{
    private const int MostNodes = 200_000;
    private const int PatienceInSeconds = 20;

    private const string Statement = """
        select id, name, parent_id, product_count from catalog.category_view order by name, id limit $1
        """;

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(30);

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
        await using var command = database.Source.CreateCommand(Statement);
        command.CommandTimeout = PatienceInSeconds;
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = MostNodes });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<CategoryRow>();
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(new CategoryRow(
                reader.GetString(0), reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetString(2),
                reader.GetInt64(3)));
        return new Known(new CategoryTree(rows), since);
    }

    [LoggerMessage(LogLevel.Warning, "The category tree stays as it was: {Reason}")]
    private partial void LogStale(string reason);

    private sealed record Known(CategoryTree Tree, long Since);
}
