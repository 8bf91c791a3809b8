using System.Text;
using Shop.Api.Catalog;
using Xunit;

namespace Shop.Tests.Api;

/// <summary>The cache of the catalogue in one process, with Redis away and a clock that the tests move.</summary>
public sealed class CatalogueCacheTests : IDisposable
{
    private const string Sku = "KETTLE";

    private readonly CacheScenario _shop = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _shop.Dispose();

    [Fact]
    public async Task Two_hundred_who_ask_at_once_cause_one_read()
    {
        var gate = _shop.HoldReads();
        var asking = Enumerable.Range(0, 200).Select(_ => Task.Run(() => _shop.Ask(Sku), Token)).ToArray();
        await gate.Reached;

        gate.Open();

        Assert.All(await Task.WhenAll(asking), page => Assert.Equal("1", page));
        Assert.Equal(1, _shop.Reads);
    }

    [Fact]
    public async Task What_is_in_memory_is_handed_out_at_once_and_as_the_same_instance()
    {
        var first = (await _shop.Find(Sku)).Value;

        var second = _shop.Find(Sku);

        Assert.True(second.IsCompletedSuccessfully);
        Assert.Same(first, (await second).Value);
    }

    [Theory]
    [InlineData(59, 1)]
    [InlineData(60, 2)]
    public async Task A_page_is_read_anew_after_sixty_seconds(int seconds, int reads)
    {
        await _shop.Ask(Sku);

        _shop.Time.Advance(TimeSpan.FromSeconds(seconds));
        await _shop.Ask(Sku);

        Assert.Equal(reads, _shop.Reads);
    }

    [Fact]
    public async Task Two_hundred_who_ask_for_what_has_grown_old_cause_one_read()
    {
        await _shop.Ask(Sku);
        _shop.Time.Advance(TimeSpan.FromSeconds(60));
        var gate = _shop.HoldReads();
        var asking = Enumerable.Range(0, 200).Select(_ => Task.Run(() => _shop.Ask(Sku), Token)).ToArray();
        await gate.Reached;

        gate.Open();

        Assert.All(await Task.WhenAll(asking), page => Assert.Equal("2", page));
        Assert.Equal(2, _shop.Reads);
    }

    [Fact]
    public async Task What_changed_is_read_anew_at_once()
    {
        await _shop.Ask(Sku);

        await _shop.Cache.Evict([Sku]);

        Assert.Equal("2", await _shop.Ask(Sku));
    }

    [Fact]
    public async Task What_did_not_change_stays()
    {
        await _shop.Ask(Sku);

        await _shop.Cache.Evict(["TEAPOT"]);

        Assert.Equal("1", await _shop.Ask(Sku));
    }

    [Fact]
    public async Task After_events_may_have_gone_unheard_everything_is_read_anew()
    {
        await _shop.Ask(Sku);

        _shop.Cache.EvictAll();

        Assert.Equal("2", await _shop.Ask(Sku));
    }

    [Fact]
    public async Task A_read_that_began_before_the_change_does_not_bring_the_old_bytes_back()
    {
        var gate = _shop.HoldReads();
        var early = _shop.Ask(Sku);
        await gate.Reached;

        await _shop.Cache.Evict([Sku]);
        gate.Open();
        await early;

        Assert.Equal("2", await _shop.Ask(Sku));
    }

    [Fact]
    public async Task Who_asks_after_the_change_and_meets_a_read_that_began_before_it_gets_what_is_new()
    {
        var gate = _shop.HoldReads();
        var early = _shop.Ask(Sku);
        await gate.Reached;
        await _shop.Cache.Evict([Sku]);
        var late = _shop.Ask(Sku);

        gate.Open();

        Assert.NotEqual("1", await late);
        await early;
    }

    /// <summary>What the two above would be without generations: removal does not reach a read that is under way.</summary>
    [Fact]
    public async Task HybridCache_alone_brings_the_old_bytes_back()
    {
        var (reached, opened) = (new TaskCompletionSource(), new TaskCompletionSource());
        var early = _shop.Hybrid.GetOrCreateAsync("twin", async _ =>
        {
            reached.SetResult();
            await opened.Task;
            return "old";
        }, cancellationToken: CancellationToken.None);
        await reached.Task;

        await _shop.Hybrid.RemoveAsync("twin", Token);
        opened.SetResult();
        await early;

        Assert.Equal("old", await _shop.Hybrid.GetOrCreateAsync(
            "twin", _ => ValueTask.FromResult("new"), cancellationToken: Token));
    }

    [Fact]
    public async Task What_does_not_exist_is_believed_for_five_seconds()
    {
        _shop.Exists = false;
        await _shop.Ask(Sku);
        for (var i = 0; i < 100; i++) Assert.Null(await _shop.Ask(Sku));
        Assert.Equal(1, _shop.Reads);

        _shop.Time.Advance(TimeSpan.FromSeconds(5));
        await _shop.Ask(Sku);

        Assert.Equal(2, _shop.Reads);
    }

    [Fact]
    public async Task What_is_created_is_found_at_once_though_it_was_known_not_to_exist()
    {
        _shop.Exists = false;
        await _shop.Ask(Sku);

        _shop.Exists = true;
        await _shop.Cache.Evict([Sku]);

        Assert.Equal("2", await _shop.Ask(Sku));
    }

    [Fact]
    public async Task What_is_taken_off_sale_is_gone_at_once()
    {
        await _shop.Ask(Sku);

        _shop.Exists = false;
        await _shop.Cache.Evict([Sku]);

        Assert.Null(await _shop.Ask(Sku));
    }

    [Fact]
    public async Task Whoever_asks_for_what_does_not_exist_fills_no_memory()
    {
        _shop.Exists = false;

        for (var i = 0; i < 30_000; i++) await _shop.Ask($"NONE-{i}");

        Assert.InRange(_shop.Cache.Unknown, 1, 10_000);
        Assert.Equal(0, _shop.Memory.Count);
    }

    [Fact]
    public async Task A_large_catalogue_does_not_fill_the_memory()
    {
        _shop.Padding = 10_000;

        for (var i = 0; i < 2_000; i++) await _shop.Ask($"SKU-{i}");

        var kept = _shop.Memory.GetCurrentStatistics()!;
        Assert.InRange(kept.CurrentEstimatedSize!.Value, 1, CacheScenario.MemoryBytes);
        Assert.InRange(kept.CurrentEntryCount, 1, CacheScenario.MemoryBytes / _shop.Padding);
    }

    [Fact]
    public async Task A_page_in_memory_is_at_hand_as_the_same_instance()
    {
        Assert.Null(_shop.Cache.KeptPage(Sku));
        var page = (await _shop.Find(Sku)).Value;

        for (var i = 0; i < 2; i++) Assert.Same(page, _shop.Cache.KeptPage(Sku));
        Assert.Null(_shop.Cache.KeptPage("TEAPOT"));
    }

    [Fact]
    public async Task A_page_at_hand_does_not_count_once_it_has_changed()
    {
        await _shop.Ask(Sku);
        _shop.Cache.KeptPage(Sku);

        await _shop.Cache.Evict([Sku]);

        Assert.Null(_shop.Cache.KeptPage(Sku));
        await _shop.Ask(Sku);
        Assert.Equal("2", Encoding.UTF8.GetString(_shop.Cache.KeptPage(Sku)!.Json));
    }

    [Fact]
    public async Task A_page_at_hand_does_not_count_after_sixty_seconds()
    {
        await _shop.Ask(Sku);
        _shop.Cache.KeptPage(Sku);

        _shop.Time.Advance(TimeSpan.FromSeconds(60));

        Assert.Null(_shop.Cache.KeptPage(Sku));
    }

    [Fact]
    public async Task Pages_that_share_a_place_are_told_apart()
    {
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < 2_000; i++)
            {
                var page = (await _shop.Find($"SKU-{i}")).Value;
                Assert.Same(page, _shop.Cache.KeptPage($"SKU-{i}"));
            }
        }
    }

    [Theory]
    [InlineData(PagesAtHand.LargestBytes - 1, true)]
    [InlineData(PagesAtHand.LargestBytes, false)]
    public async Task What_is_at_hand_is_bounded_by_places_and_by_what_one_may_hold(int padding, bool isAtHand)
    {
        _shop.Padding = padding;
        var (hands, hash) = (new PagesAtHand(CacheScenario.MemoryBytes), Generations.HashOf(Sku));

        hands.Put(Sku, hash, await _shop.Find(Sku));

        Assert.Equal(isAtHand, hands.Find(Sku, hash) is not null);
        // The same place, another SKU.
        Assert.Null(hands.Find("TEAPOT", hash));
    }

    [Fact]
    public async Task A_list_is_read_once_in_ten_seconds()
    {
        var reads = 0;
        Task<byte[]?> Read() => Task.FromResult<byte[]?>(Encoding.UTF8.GetBytes($"{++reads}"));

        for (var i = 0; i < 3; i++) await _shop.Cache.Page("category:kitchen", Read);
        Assert.Equal(1, reads);

        _shop.Time.Advance(TimeSpan.FromSeconds(10));
        await _shop.Cache.Page("category:kitchen", Read);
        Assert.Equal(2, reads);
    }

    [Fact]
    public async Task A_question_however_long_is_kept_apart_from_others()
    {
        var one = new string('a', 5_000);

        var pages = new[] { one, one + "b", "\0", one }.Select(question => _shop.Cache.Page(
            question, () => Task.FromResult<byte[]?>(Encoding.UTF8.GetBytes(Guid.NewGuid().ToString()))).AsTask());

        var tags = (await Task.WhenAll(pages)).Select(page => page!.ETag).ToArray();
        Assert.Equal(3, tags.Distinct().Count());
        Assert.Equal(tags[0], tags[3]);
    }
}
