using Npgsql;
using Shop.Messaging.Hosting;

namespace Shop.Api.Search;

/// <summary>
/// The best known products with their brands and categories, in the memory of each process. They are read anew when the
/// index says that titles changed, and now and then for what became popular.
/// </summary>
internal sealed partial class Suggestions(ReadsDatabase database, TimeProvider time, ILogger<Suggestions> logger)
    : BackgroundService
{
    private const int PatienceInSeconds = 20;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    /// <summary>Popularity alone moves no stamp.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    /// <summary>While titles go on changing, a reading is followed by a pause of so many times its length.</summary>
    private const int PauseForEachRead = 50;

    private SuggestionList _list = SuggestionList.Empty;
    private Reading? _last;

    public IReadOnlyList<Suggestion> For(string typed, int limit) => Volatile.Read(ref _list).For(typed, limit);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        do
        {
            try
            {
                await Refresh(stoppingToken);
            }
            catch (NpgsqlException problem)
            {
                LogStale(problem.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Reads them if that is due.</summary>
    public async Task Refresh(CancellationToken cancellationToken)
    {
        var stamp = await ReadStamp(cancellationToken);
        if (_last is { } last && !IsDue(stamp != last.Stamp, time.GetElapsedTime(last.EndedAt), last.Took)) return;
        var began = time.GetTimestamp();
        Volatile.Write(ref _list, ListOf(await ReadProducts(cancellationToken)));
        _last = new Reading(stamp, time.GetTimestamp(), time.GetElapsedTime(began));
    }

    /// <summary>Whether to read again, so long after a reading that took so long.</summary>
    public static bool IsDue(bool isChanged, TimeSpan since, TimeSpan took) =>
        since >= LongestPause || (isChanged && since >= took * PauseForEachRead);

    /// <summary>Of products, with their brands and categories.</summary>
    public static SuggestionList ListOf(IReadOnlyList<SuggestedProduct> products) => new(
        [
            .. Names(products, product => product.Brand), .. Names(products, product => product.Category),
            .. products.Select(product => new SuggestionEntry(product.Title, product.Sku, product.Weight)),
        ]);

    /// <summary>A brand or category weighs as much as all its products, so that it comes before each of them.</summary>
    private static IEnumerable<SuggestionEntry> Names(
        IReadOnlyList<SuggestedProduct> products, Func<SuggestedProduct, string?> name) => products
        .Where(product => name(product) is not null)
        .GroupBy(product => name(product)!, StringComparer.OrdinalIgnoreCase)
        .Select(group => new SuggestionEntry(group.Key, null, group.Sum(product => product.Weight) + 1));

    private async Task<long> ReadStamp(CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand("select text_stamp from search.state_view");
        command.CommandTimeout = PatienceInSeconds;
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private async Task<List<SuggestedProduct>> ReadProducts(CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand(
            "select sku, title, brand, category, popularity::double precision from search.suggestion_view");
        command.CommandTimeout = PatienceInSeconds;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<SuggestedProduct>();
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(new SuggestedProduct(
                reader.GetString(0), reader.GetString(1),
                await reader.IsDBNullAsync(2, cancellationToken) ? null : reader.GetString(2),
                await reader.IsDBNullAsync(3, cancellationToken) ? null : reader.GetString(3), reader.GetDouble(4)));
        return rows;
    }

    private sealed record Reading(long Stamp, long EndedAt, TimeSpan Took);

    [LoggerMessage(LogLevel.Warning, "Suggestions stay as they are for now: {Problem}")]
    private partial void LogStale(string problem);
}

/// <summary>A product that may be suggested.</summary>
internal sealed record SuggestedProduct(string Sku, string Title, string? Brand, string? Category, double Weight);
