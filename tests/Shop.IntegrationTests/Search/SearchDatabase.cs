using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Shop.IntegrationTests.Catalog;
using Shop.Api.Search;
using Shop.Messaging.Hosting;
using Shop.Workers.Catalog;
using Shop.Workers.Import;
using Shop.Workers.Inventory;
using Shop.Workers.Reviews;
using Shop.Workers.Search;
using Xunit;

namespace Shop.IntegrationTests.Search;

/// <summary>A database with catalogue, inventory and search, and both ends of the PostgreSQL engine on it.</summary>
public sealed class SearchDatabase : IAsyncLifetime
{
    private readonly TestDatabase _database = new();
    private NpgsqlDataSource _reader = null!;
    private Synonyms _synonyms = null!;

    internal NpgsqlDataSource Source => _database.Source;

    internal string ConnectionString => _database.ConnectionString;

    internal ISearchIndex Index { get; private set; } = null!;

    internal ISearchEngine Engine { get; private set; } = null!;

    internal Suggestions Suggestions { get; private set; } = null!;

    internal IndexTurns Turns { get; private set; } = null!;

    internal Indexer Indexer { get; private set; } = null!;

    internal Rebuild Rebuild { get; private set; } = null!;

    internal Drift Drift { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        await using var catalog = new CatalogDbContext(ContextOptions.Of<CatalogDbContext>(Source));
        await catalog.Database.MigrateAsync();
        await using var inventory = new InventoryDbContext(ContextOptions.Of<InventoryDbContext>(Source));
        await inventory.Database.MigrateAsync();
        await using var reviews = new ReviewsDbContext(ContextOptions.Of<ReviewsDbContext>(Source));
        await reviews.Database.MigrateAsync();
        await using var search = new SearchDbContext(ContextOptions.Of<SearchDbContext>(Source));
        await search.Database.MigrateAsync();
        Describe();
    }

    public async ValueTask DisposeAsync()
    {
        Suggestions?.Dispose();
        _synonyms?.Dispose();
        if (_reader is not null) await _reader.DisposeAsync();
        await _database.DisposeAsync();
    }

    /// <summary>Runs the import verb into catalogue and inventory.</summary>
    internal async Task Import(params string[] arguments)
    {
        await using var output = new StringWriter();
        using var maps = new CurrentWarehouseMap(TimeProvider.System);
        var command = new ImportCommand(Source, new StockIntake(Source, maps), CatalogDatabase.NewsOf(Source), output, TimeProvider.System);
        var exitCode = await command.Run(arguments, TestContext.Current.CancellationToken);
        Assert.True(exitCode == ImportCommand.Done, output.ToString());
    }

    internal async Task Run(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    internal async Task<T> Read<T>(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    /// <summary>As the hosts put it together; the API's end as the role that may only read views.</summary>
    private void Describe()
    {
        var database = new Database<SearchDbContext>(Source, SearchDbContext.Schema);
        _reader = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(_database.ConnectionString)
        {
            Options = "-c role=shop_reader -c enable_seqscan=off -c jit=off",
        });
        var reads = new ReadsDatabase(_reader);
        var catalogue = new CatalogueReader(reads);
        Index = new PostgresIndex(database, catalogue, TimeProvider.System);
        Turns = new IndexTurns(database, TimeProvider.System);
        Indexer = new Indexer(Index, Turns, catalogue);
        Rebuild = new Rebuild(Index, Turns, catalogue);
        Drift = new Drift(database, Index, catalogue, Indexer);
        var vocabulary = new Vocabulary(reads, TimeProvider.System);
        _synonyms = new Synonyms(reads, vocabulary, TimeProvider.System);
        Suggestions = new Suggestions(reads, TimeProvider.System, NullLogger<Suggestions>.Instance);
        Engine = new PostgresSearch(
            reads, new QueryReader(vocabulary, _synonyms), new IndexedCategories(reads, TimeProvider.System), Suggestions);
    }
}
