using StackExchange.Redis;

namespace Shop.Api.Cart;

/// <summary>Units of a SKU that a merged cart has no room for, and by which limit: a word of the scripts.</summary>
internal sealed record LeftOut(string Limit, string Sku, int Units);

/// <summary>A guest's cart on its way to a person's.</summary>
/// <param name="Id">Under which it goes once, however often it arrives.</param>
/// <param name="Person">To whom.</param>
/// <param name="Lines">SKU and line, one after the other, as they are stored.</param>
internal sealed record PartingCart(string Id, string Person, IReadOnlyList<RedisValue> Lines)
{
    public string Ticket => $"{Id} {Person}";
}

/// <summary>
/// Brings what a guest has put into their cart into the cart of the person whom they log in as. In three steps, each of
/// which can be repeated, by anyone: a merge that was cut off is ended by the next, and nothing is there twice.
/// </summary>
internal sealed class CartMerges(CartRedis redis, TimeProvider time)
{
    private const int Attempts = 3;

    /// <summary>Longer than a parting cart is kept.</summary>
    private const int SecondsToRemember = 8 * 24 * 60 * 60;

    /// <returns>What had no room.</returns>
    public async Task<IReadOnlyList<LeftOut>> Merge(string guest, string person)
    {
        List<LeftOut>? leftOut = null;
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (await Leave(guest, person) is not { } parting) break;
            var mine = await Arrive(parting);
            await Forget(guest, parting);
            if (parting.Person == person) (leftOut ??= []).AddRange(mine);
        }

        return leftOut ?? [];
    }

    /// <returns>What is to be brought next; null if there is nothing.</returns>
    internal async Task<PartingCart?> Leave(string guest, string person)
    {
        var id = Guid.CreateVersion7(time.GetUtcNow()).ToString("N");
        var fields = (RedisValue[])(await redis.Run(
            MergeScripts.Leave, [redis.Cart(guest), redis.Leaving(guest)], [CartRedis.TimeToLive(guest), id, person]))!;
        if (fields.Length == 0) return null;
        var lines = new List<RedisValue>(fields.Length);
        var ticket = "";
        for (var i = 0; i + 1 < fields.Length; i += 2)
        {
            if (fields[i] == MergeScripts.Ticket) ticket = (string)fields[i + 1]!;
            else lines.AddRange(fields.AsSpan(i, 2));
        }

        return new PartingCart(ticket[..id.Length], ticket[(id.Length + 1)..], lines);
    }

    /// <returns>What had no room; nothing if it had arrived before.</returns>
    internal async Task<IReadOnlyList<LeftOut>> Arrive(PartingCart parting)
    {
        var tooMany = (RedisValue[])(await redis.Run(
            MergeScripts.Arrive,
            [redis.Cart(parting.Person), redis.Arrived(parting.Person, parting.Id)],
            [
                CartRedis.TimeToLive(parting.Person), SecondsToRemember, FrozenCarts.NewGeneration(time.GetUtcNow()),
                CartLine.MostLines, CartLine.MostOfOne, .. parting.Lines,
            ]))!;
        var leftOut = new LeftOut[tooMany.Length / 3];
        for (var i = 0; i < leftOut.Length; i++)
            leftOut[i] = new LeftOut((string)tooMany[3 * i]!, (string)tooMany[3 * i + 1]!, (int)tooMany[3 * i + 2]);
        return leftOut;
    }

    internal Task Forget(string guest, PartingCart parting) =>
        redis.Run(MergeScripts.Forget, [redis.Leaving(guest)], [parting.Ticket]);
}
