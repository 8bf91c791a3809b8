using System.Diagnostics.Metrics;
using Npgsql;
using Shop.Api.Search;
using Shop.Contracts.Catalog;
using Shop.Messaging.Hosting;
using Shop.Workers.Search;
using Xunit;

namespace Shop.IntegrationTests.Search;

/// <summary>From the catalogue to the index: by events, by a rebuild, and by the walk that finds what drifted.</summary>
public sealed class RebuildTests(SearchDatabase database) : IClassFixture<SearchDatabase>, IAsyncLifetime
{
    /// <summary>Of a product that there is not.</summary>
    private static readonly SearchDocument Stray = new()
    {
        Sku = "A-STRAY",
        Title = "Stray",
        Brand = null,
        Categories = [new("stray", "Stray")],
        Attributes = new Dictionary<string, string>(),
        Description = "",
        Price = 1,
        Currency = "USD",
        Rating = 0,
        RatingCount = 0,
        Availability = "IN_STOCK",
        Popularity = 1,
        CreatedAt = DateTimeOffset.UnixEpoch,
        UpdatedAt = DateTimeOffset.UnixEpoch,
        Version = 1,
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await database.Import("--stock", "5");
        await database.Rebuild.Run(_ => { }, Cancellation);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_rebuild_takes_every_product_on_sale()
    {
        await database.Run("update catalog.product set active = false where sku = 'DSK-0007'");

        var count = await database.Rebuild.Run(_ => { }, Cancellation);

        Assert.Equal(await database.Read<long>("select count(*) from catalog.product where active"), count);
        Assert.DoesNotContain("DSK-0007", await Listed());
        await database.Run("update catalog.product set active = true where sku = 'DSK-0007'");
    }

    [Fact]
    public async Task Readers_see_the_whole_index_at_every_moment_of_a_rebuild()
    {
        var expected = (await Everything()).Total;
        using var done = new CancellationTokenSource();
        var least = Watch(done.Token);

        for (var i = 0; i < 3; i++) await database.Rebuild.Run(_ => { }, Cancellation);
        await done.CancelAsync();

        Assert.Equal((expected, expected), await least);
    }

    [Fact]
    public async Task What_changes_during_a_rebuild_is_in_the_old_index_and_in_the_new_one()
    {
        await database.Index.BeginShadow(Cancellation);
        await database.Run("update catalog.product set title = 'Quokkaphone', version = version + 1 where sku = 'DSK-0007'");
        await database.Indexer.Index(["DSK-0007"], Cancellation);
        Assert.Equal(["DSK-0007"], (await Find("quokkaphone")).Skus);

        await database.Index.FinishShadow(Cancellation);
        await database.Index.SwapShadow(Cancellation);

        Assert.Equal(["DSK-0007"], await Listed());
        await database.Rebuild.Run(_ => { }, Cancellation);
    }

    [Fact]
    public async Task One_who_rebuilds_keeps_others_from_it()
    {
        await using var right = await database.Turns.TryTakeRebuild(Cancellation);

        Assert.Null(await database.Rebuild.Run(_ => { }, Cancellation));
    }

    [Fact]
    public async Task One_who_stops_waiting_for_the_right_to_rebuild_leaves_no_connection_behind()
    {
        await using var right = await database.Turns.TryTakeRebuild(Cancellation);
        await using var source = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(database.ConnectionString) { MaxPoolSize = 1, Timeout = 3 });
        using var stopping = new CancellationTokenSource();
        var turns = new IndexTurns(
            new Database<SearchDbContext>(source, SearchDbContext.Schema), new StoppedByWaiting(stopping));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => turns.TryTakeRebuild(stopping.Token));

        await using var connection = await source.OpenConnectionAsync(Cancellation);
    }

    [Fact]
    public async Task The_lag_is_measured_of_what_the_catalogue_changed_and_of_nothing_else()
    {
        var version = await database.Read<long>(
            "update catalog.product set version = version + 1, updated_at = now() where sku = 'DSK-0007' returning version");
        var lags = new List<double>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "shop.search.lag") listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((_, lag, _, _) => lags.Add(lag));
        listener.Start();

        await database.Indexer.IndexChanges([new ProductVersion("DSK-0007", version - 1)], Cancellation);
        await database.Indexer.Index(["DSK-0007"], Cancellation);
        Assert.Empty(lags);
        await database.Indexer.IndexChanges([new ProductVersion("DSK-0007", version)], Cancellation);

        Assert.InRange(Assert.Single(lags), 0, 60);
    }

    [Fact]
    public async Task What_a_dead_rebuild_left_is_thrown_away_and_the_next_one_is_whole()
    {
        var before = await Listed();
        await database.Index.BeginShadow(Cancellation);
        await database.Rebuild.Tidy(Cancellation);
        Assert.True(await database.Read<bool>("select shadow is null from search.index_state"));

        await database.Index.BeginShadow(Cancellation);
        await database.Rebuild.Run(_ => { }, Cancellation);

        Assert.Equal(before, await Listed());
    }

    [Fact]
    public async Task What_is_missing_wrong_or_too_much_in_the_index_is_found_and_mended()
    {
        var before = await Listed();
        var live = await database.Read<string>("select live from search.index_state");
        await database.Run($"delete from search.{live} where sku = 'DSK-0007'");
        await database.Run($"update search.{live} set fingerprint = 0, price_amount = 1 where sku = (select max(sku) from search.{live})");
        await database.Index.Put([Stray], Cancellation);

        var mended = await MendAll();

        Assert.Equal(3, mended);
        Assert.Equal(before, await Listed());
        Assert.Equal(0, await MendAll());
        Assert.Equal(0L, await database.Read<long>(
            $"select count(*) from search.{live} d join catalog.product p using (sku) where d.price_amount <> p.price_amount"));
    }

    [Fact]
    public async Task A_category_that_was_renamed_is_found_by_its_new_name()
    {
        await database.Run(
            """
            update catalog.category set name = 'Parchments',
                path = jsonb_set(path, '{1,name}', '"Parchments"') where id = 'notebooks'
            """);

        await MendAll();

        Assert.NotEmpty((await Find("parchments")).Skus);
    }

    [Fact]
    public async Task A_document_has_the_stock_and_the_rating_that_others_publish()
    {
        await database.Run(
            """
            insert into reviews.rating (sku, ones, twos, threes, fours, fives) values ('DSK-0007', 0, 1, 0, 1, 0)
            on conflict (sku) do nothing;
            insert into inventory.availability (sku, band) values ('DSK-0007', 'IN_STOCK')
            on conflict (sku) do update set band = excluded.band;
            """);
        await database.Indexer.Index(["DSK-0007"], Cancellation);

        Assert.Equal(3.0, await database.Read<double>("select rating from search.document_view where sku = 'DSK-0007'"));
        var inStock = new SearchQuery { InStock = true, Category = "notebooks", Limit = 100 };
        Assert.Contains("DSK-0007", (await database.Engine.Search(inStock, Cancellation))!.Skus);
    }

    [Fact]
    public async Task Two_that_index_the_same_product_at_once_leave_what_the_catalogue_says()
    {
        await Task.WhenAll(Enumerable.Range(1, 12).Select(async price =>
        {
            await database.Run(
                $"update catalog.product set price_amount = {price}, version = version + 1 where sku = 'DSK-0007'");
            await database.Indexer.Index(["DSK-0007"], Cancellation);
        }));

        Assert.Equal(
            await database.Read<long>("select price_amount from catalog.product where sku = 'DSK-0007'"),
            await database.Read<long>(
                "select price_amount from search.document_view where sku = 'DSK-0007'"));
    }

    /// <summary>The least and the most that are found from now on until it is told to stop.</summary>
    private async Task<(long Least, long Most)> Watch(CancellationToken until)
    {
        var (least, most) = (long.MaxValue, 0L);
        while (!until.IsCancellationRequested)
        {
            var total = (await Everything()).Total;
            (least, most) = (Math.Min(least, total), Math.Max(most, total));
        }

        return (least, most);
    }

    private async Task<int> MendAll()
    {
        var mended = 0;
        while (true)
        {
            var (found, isEnd) = await database.Drift.MendNext(Cancellation);
            mended += found;
            if (isEnd) return mended;
        }
    }

    private Task<SearchHits> Everything() => Find("");

    private async Task<SearchHits> Find(string text) =>
        (await database.Engine.Search(new SearchQuery { Text = text }, Cancellation))!;

    private async Task<List<string>> Listed() =>
        [.. (await database.Index.List("", 1_000, Cancellation)).Select(entry => entry.Sku)];

    /// <summary>Whoever begins to wait by it is told to stop.</summary>
    private sealed class StoppedByWaiting(CancellationTokenSource stopping) : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            stopping.Cancel();
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
