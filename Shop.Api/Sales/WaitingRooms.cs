using System.Globalization;
using Microsoft.Extensions.Options;
using Shop.Messaging.GroupCommit;
using Shop.Messaging.Hosting;
using StackExchange.Redis;

namespace Shop.Api.Sales;

/// <summary>Where somebody is in a waiting room.</summary>
/// <param name="Ticket">Theirs.</param>
/// <param name="IsDrawn">Whether the draw has been made.</param>
/// <param name="AdmittedUntil">Null unless they are let in.</param>
/// <param name="Ahead">Those before them in the line; null in the lobby, and when they are let in.</param>
/// <param name="Rate">Admissions a second, of late.</param>
internal sealed record RoomPlace(Guid Ticket, bool IsDrawn, DateTimeOffset? AdmittedUntil, long? Ahead, double Rate);

/// <summary>
/// The waiting rooms of sales, in Redis. They may be lost: then people join again, at the end of the line that there is then,
/// and the stock's ledger still gives nobody more than their limit. Those who ask at the same time are answered together.
/// </summary>
internal sealed class WaitingRooms
{
    private const int LargestGroup = 500;
    private const int DrawnAtOnce = 500;

    /// <summary>A room is kept so long after its sale.</summary>
    private static readonly TimeSpan Afterwards = TimeSpan.FromHours(1);

    /// <summary>Until the books surely show what a used ticket bought.</summary>
    private static readonly TimeSpan UsedFor = TimeSpan.FromSeconds(10);

    private readonly IConnectionMultiplexer _redis;
    private readonly string _prefix;
    private readonly Coalescer<(SaleTerms Sale, string Owner), RoomPlace> _looks;

    public WaitingRooms(IConnectionMultiplexer redis, IOptions<RedisOptions> options)
    {
        _redis = redis;
        _prefix = options.Value.KeyPrefix;
        _looks = new(LookGroup, LargestGroup, lanes: 2);
    }

    /// <summary>Finds somebody's place; they join with it unless they have one.</summary>
    /// <exception cref="RedisException">It is away; as is <see cref="TimeoutException"/>.</exception>
    /// <exception cref="CoalescerFullException">Too many ask.</exception>
    public Task<RoomPlace> Look(SaleTerms sale, string owner) => _looks.Call((sale, owner));

    /// <exception cref="RedisException">It is away; as is <see cref="TimeoutException"/>.</exception>
    public async Task<bool> IsAdmitted(SaleTerms sale, string owner) =>
        (long)await Run(WaitingRoomScripts.IsIn, [Key(sale, "owners"), Key(sale, "admitted")], [owner]) == 1;

    /// <exception cref="RedisException">It is away; as is <see cref="TimeoutException"/>.</exception>
    public Task Use(SaleTerms sale, string owner) => Run(
        WaitingRoomScripts.Use, [Key(sale, "owners"), Key(sale, "admitted")], [owner, (long)UsedFor.TotalMilliseconds]);

    /// <summary>Makes the draw of a sale that has started, if it is not made. Any number may do it at once, and again.</summary>
    /// <exception cref="RedisException">It is away; as is <see cref="TimeoutException"/>.</exception>
    public async Task MakeDraw(SaleTerms sale, CancellationToken cancellationToken)
    {
        var forgotten = Forgotten(sale);
        if ((long)await Run(WaitingRoomScripts.Close, [Key(sale, "meta")], [forgotten]) == 1) return;
        var database = _redis.GetDatabase();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var tickets = await database.SortedSetRangeByRankAsync(Key(sale, "lobby"), 0, DrawnAtOnce - 1);
            if (tickets.Length == 0) break;
            var values = new List<RedisValue>((2 * tickets.Length) + 1) { forgotten };
            foreach (var ticket in tickets)
            {
                values.Add(Draw.NumberOf(sale.Seed!, Guid.ParseExact(ticket!, "D")));
                values.Add(ticket);
            }

            await Run(WaitingRoomScripts.Place, [Key(sale, "lobby"), Key(sale, "line")], [.. values]);
        }

        await database.HashSetAsync(Key(sale, "meta"), "drawn", 1);
    }

    /// <param name="sale">Which has started.</param>
    /// <param name="room">How many may be in.</param>
    /// <param name="most">At once.</param>
    /// <param name="admittedFor">Until they have lost their place.</param>
    /// <param name="pace">Calls that come sooner after another, whoever's, let nobody in.</param>
    /// <returns>How many were let in.</returns>
    /// <exception cref="RedisException">It is away; as is <see cref="TimeoutException"/>.</exception>
    public async Task<long> Admit(SaleTerms sale, int room, int most, TimeSpan admittedFor, TimeSpan pace) => (long)await Run(
        WaitingRoomScripts.Admit,
        [Key(sale, "line"), Key(sale, "admitted"), Key(sale, "meta")],
        [room, most, (long)admittedFor.TotalMilliseconds, (long)pace.TotalMilliseconds, Forgotten(sale)]);

    private async Task LookGroup(IReadOnlyList<Call<(SaleTerms Sale, string Owner), RoomPlace>> calls)
    {
        foreach (var room in calls.GroupBy(call => call.Request.Sale.Id))
        {
            var sale = room.First().Request.Sale;
            var asked = room.GroupBy(call => call.Request.Owner, StringComparer.Ordinal).ToList();
            var values = new List<RedisValue>((2 * asked.Count) + 2) { Draw.Numbers, Forgotten(sale) };
            foreach (var owner in asked)
            {
                values.Add(owner.Key);
                values.Add(Guid.NewGuid().ToString());
            }

            var answer = (RedisValue[])(await Run(
                WaitingRoomScripts.Look,
                [Key(sale, "owners"), Key(sale, "lobby"), Key(sale, "line"), Key(sale, "admitted"), Key(sale, "meta")],
                [.. values]))!;
            for (var i = 0; i < asked.Count; i++)
            {
                var place = Read(answer, 2 + (3 * i));
                foreach (var call in asked[i]) call.Succeed(place);
            }
        }
    }

    private static RoomPlace Read(RedisValue[] answer, int at)
    {
        var (state, number) = ((string)answer[at + 1]!, double.Parse((string)answer[at + 2]!, CultureInfo.InvariantCulture));
        return new RoomPlace(
            Guid.ParseExact(answer[at]!, "D"),
            answer[0] == 1,
            state == "A" ? DateTimeOffset.FromUnixTimeMilliseconds((long)number) : null,
            state == "W" ? (long)number : null,
            double.Parse((string)answer[1]!, CultureInfo.InvariantCulture));
    }

    private async Task<RedisResult> Run(string script, RedisKey[] keys, RedisValue[] values)
    {
        try
        {
            return await _redis.GetDatabase().ScriptEvaluateAsync(script, keys, values);
        }
        catch (RedisServerException exception) when (exception.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
        {
            // A server that was restarted or flushed has forgotten what the client remembers to have loaded.
            return await _redis.GetDatabase().ScriptEvaluateAsync(script, keys, values);
        }
    }

    private static long Forgotten(SaleTerms sale) =>
        new DateTimeOffset(DateTime.SpecifyKind(sale.EndsAt, DateTimeKind.Utc) + Afterwards).ToUnixTimeMilliseconds();

    private RedisKey Key(SaleTerms sale, string part) => $"{_prefix}sale:{{{sale.Sku}}}:{sale.Id}:{part}";
}
