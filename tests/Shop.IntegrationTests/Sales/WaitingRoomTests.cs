using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Shop.Api.Sales;
using Shop.Messaging.Hosting;
using StackExchange.Redis;
using Xunit;

namespace Shop.IntegrationTests.Sales;

public sealed class When_people_wait_for_a_sale : IAsyncLifetime
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    private readonly string _prefix = $"shop_test_{Guid.NewGuid():N}:";
    private readonly byte[] _seed = RandomNumberGenerator.GetBytes(32);
    private readonly Guid _id = Guid.NewGuid();
    private ConnectionMultiplexer _redis = null!;
    private WaitingRooms _rooms = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private SaleTerms Sale => new(
        _id, "SKU-1", DateTime.UtcNow, DateTime.UtcNow.AddHours(1), 2, 100, 0, 100, null, true, false,
        SHA256.HashData(_seed), _seed);

    public async ValueTask InitializeAsync()
    {
        _redis = await ConnectionMultiplexer.ConnectAsync(Environment.GetEnvironmentVariable("SHOP_TEST_REDIS")!);
        _rooms = Rooms();
    }

    public async ValueTask DisposeAsync()
    {
        await Forget();
        await _redis.DisposeAsync();
    }

    [Fact]
    public async Task Those_who_come_before_the_start_are_in_the_order_that_anyone_can_compute_from_the_seed()
    {
        var tickets = await Join("early", 40);

        await _rooms.MakeDraw(Sale, Cancellation);

        // The recipe by other means, from what was told: the seed, and the tickets.
        var expected = tickets.OrderBy(ticket => Convert.ToHexString(SHA256.HashData(
                Convert.FromHexString(Convert.ToHexString(_seed) + ticket.Value.ToString("N")))), StringComparer.Ordinal)
            .Select(ticket => ticket.Key);
        Assert.Equal(expected, await InLine("early", 40));
    }

    [Fact]
    public async Task Those_who_come_later_are_behind_them_in_the_order_in_which_they_came()
    {
        await Join("early", 5);
        await _rooms.MakeDraw(Sale, Cancellation);

        var late = await Join("late", 5);

        var places = await Places("late", 5);
        Assert.Equal([5, 6, 7, 8, 9], places.Select(place => place.Ahead!.Value));
        Assert.Equal(late.Values, places.Select(place => place.Ticket));
    }

    [Fact]
    public async Task Before_the_draw_nobody_has_a_place_and_asking_again_joins_no_second_time()
    {
        var first = await _rooms.Look(Sale, "user:ada");
        var second = await _rooms.Look(Sale, "user:ada");

        Assert.Equal(first, second);
        Assert.Null(first.Ahead);
        Assert.False(first.IsDrawn);
        Assert.Equal(0, await _rooms.Admit(Sale, 100, 100, Long, TimeSpan.Zero));
    }

    [Fact]
    public async Task A_draw_that_several_make_at_once_while_people_come_loses_nobody()
    {
        await Join("early", 1_200);

        await Task.WhenAll(
            _rooms.MakeDraw(Sale, Cancellation), Rooms().MakeDraw(Sale, Cancellation), Join("late", 300),
            Rooms().MakeDraw(Sale, Cancellation));
        await _rooms.MakeDraw(Sale, Cancellation);

        var places = (await Places("early", 1_200)).Concat(await Places("late", 300)).Select(place => place.Ahead!.Value);
        Assert.Equal(Enumerable.Range(0, 1_500).Select(place => (long)place), places.Order());
    }

    [Fact]
    public async Task As_many_are_let_in_as_there_is_room_for_the_first_in_line_first()
    {
        await _rooms.MakeDraw(Sale, Cancellation);
        await Join("user", 5);

        var first = await _rooms.Admit(Sale, room: 2, most: 100, Long, TimeSpan.Zero);
        var none = await _rooms.Admit(Sale, room: 2, most: 100, Long, TimeSpan.Zero);
        var oneMore = await _rooms.Admit(Sale, room: 10, most: 1, Long, TimeSpan.Zero);

        Assert.Equal((2, 0, 1), (first, none, oneMore));
        var places = await Places("user", 5);
        Assert.Equal([true, true, true, false, false], places.Select(place => place.AdmittedUntil is not null));
        Assert.Equal([0, 1], places.Skip(3).Select(place => place.Ahead!.Value));
        Assert.True(await _rooms.IsAdmitted(Sale, "user-0"));
        Assert.False(await _rooms.IsAdmitted(Sale, "user-3"));
    }

    [Fact]
    public async Task Two_who_let_in_at_the_same_time_do_it_once()
    {
        await _rooms.MakeDraw(Sale, Cancellation);
        await Join("user", 5);

        var let = await Task.WhenAll(
            _rooms.Admit(Sale, 2, 1, Long, Long), Rooms().Admit(Sale, 2, 1, Long, Long), _rooms.Admit(Sale, 2, 1, Long, Long));

        Assert.Equal(1, let.Sum());
    }

    [Fact]
    public async Task Whoever_does_not_come_in_time_makes_room_and_is_at_the_end_when_they_ask_again()
    {
        await _rooms.MakeDraw(Sale, Cancellation);
        await Join("user", 3);
        await _rooms.Admit(Sale, 1, 100, TimeSpan.FromMilliseconds(1), TimeSpan.Zero);

        await Waiting.For("another is let in", async () => await _rooms.Admit(Sale, 1, 100, Long, TimeSpan.Zero) == 1);

        Assert.Equal([null, 0L], (await Places("user", 3)).Skip(1).Select(place => place.Ahead));
        Assert.Equal(1, (await _rooms.Look(Sale, "user-0")).Ahead);
    }

    [Fact]
    public async Task A_ticket_is_used_once_and_takes_room_until_the_books_show_it()
    {
        await _rooms.MakeDraw(Sale, Cancellation);
        await Join("user", 2);
        await _rooms.Admit(Sale, 1, 100, Long, TimeSpan.Zero);

        await _rooms.Use(Sale, "user-0");

        Assert.False(await _rooms.IsAdmitted(Sale, "user-0"));
        Assert.Equal(0, await _rooms.Admit(Sale, 1, 100, Long, TimeSpan.Zero));
        Assert.Equal(1, (await _rooms.Look(Sale, "user-0")).Ahead);
    }

    [Fact]
    public async Task What_was_lost_is_joined_again()
    {
        await _rooms.MakeDraw(Sale, Cancellation);
        await Join("user", 3);
        await Forget();

        await _rooms.MakeDraw(Sale, Cancellation);

        Assert.Equal(0, (await _rooms.Look(Sale, "user-2")).Ahead);
    }

    private WaitingRooms Rooms() => new(_redis, Options.Create(new RedisOptions { KeyPrefix = _prefix }));

    private async Task<Dictionary<string, Guid>> Join(string name, int count)
    {
        var tickets = new Dictionary<string, Guid>();
        for (var i = 0; i < count; i++) tickets.Add($"{name}-{i}", (await _rooms.Look(Sale, $"{name}-{i}")).Ticket);
        return tickets;
    }

    private Task<RoomPlace[]> Places(string name, int count) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(i => _rooms.Look(Sale, $"{name}-{i}")));

    private async Task<IEnumerable<string>> InLine(string name, int count) => (await Places(name, count))
        .Select((place, i) => (place.Ahead, Name: $"{name}-{i}")).OrderBy(each => each.Ahead).Select(each => each.Name);

    private async Task Forget()
    {
        var keys = new[] { "owners", "lobby", "line", "admitted", "meta" }
            .Select(part => (RedisKey)$"{_prefix}sale:{{SKU-1}}:{_id}:{part}").ToArray();
        await _redis.GetDatabase().KeyDeleteAsync(keys);
    }
}
