namespace Shop.Api.Cart;

/// <summary>
/// Moves a cart out of reach while it is being ordered. KEYS[1] is the cart, KEYS[2] a hash of what is frozen of it: by
/// the cart's generation <c>unixSeconds|idempotency key</c> and, each behind a line feed, its lines as
/// <c>SKU line</c>. KEYS[3] is what was left out of the cart.
/// </summary>
internal static class FreezeScripts
{
    public const string Busy = "busy";

    /// <summary>
    /// ARGV: seconds to live, the checkout's idempotency key, a generation for a cart that has none, most frozen at
    /// once. Answers with the lines, what else is frozen, the time, nothing and the generation; with no lines if there are
    /// none, or if something is frozen under this very key.
    /// </summary>
    public const string Freeze = $$"""
        local frozen, now = redis.call('HGETALL', KEYS[2]), redis.call('TIME')[1]
        for i = 2, #frozen, 2 do
            if string.match(frozen[i], '^%d+|([^\n]*)') == ARGV[2] then return { {}, frozen, now } end
        end
        local cart, generation, parts = redis.call('HGETALL', KEYS[1]), ARGV[3], {now .. '|' .. ARGV[2]}
        for i = 1, #cart, 2 do
            if cart[i] == '{{CartScripts.Generation}}' then generation = cart[i + 1]
            else parts[#parts + 1] = cart[i] .. ' ' .. cart[i + 1] end
        end
        if #parts == 1 then return { {}, frozen, now } end
        if #frozen >= 2 * tonumber(ARGV[4]) then return '{{Busy}}' end
        redis.call('HSET', KEYS[2], generation, table.concat(parts, '\n'))
        redis.call('EXPIRE', KEYS[2], ARGV[1])
        redis.call('DEL', KEYS[1])
        return {cart, frozen, now, { }, generation}
        """;

    /// <summary>
    /// ARGV: seconds to live, the frozen generation, one for a cart that has none by now, most of one, then SKU and quantity
    /// of what is not to come back. Puts the rest back into the cart, once, and notes what it has no room for: by the count
    /// of adds and merges there is none, but Redis may have forgotten the one of two.
    /// </summary>
    public const string Thaw = $"""
        local frozen = redis.call('HGET', KEYS[2], ARGV[2])
        if not frozen then return 0 end
        {CartScripts.Note}
        {MergeScripts.Join}
        local without = {MergeScripts.EmptyTable}
        for i = 5, #ARGV, 2 do without[ARGV[i]] = tonumber(ARGV[i + 1]) end
        for sku, quantity, rest in string.gmatch(frozen, '\n(%S+) (%d+)(|[^\n]*)') do
            local left = tonumber(quantity) - (without[sku] or 0)
            if left > 0 then
                redis.call('HSETNX', KEYS[1], '{CartScripts.Generation}', ARGV[3])
                local over = join(sku, left, rest, tonumber(ARGV[4]))
                if over > 0 then note('{MergeScripts.TooManyOfOne}', sku, over, ARGV[2]) end
            end
        end
        redis.call('HDEL', KEYS[2], ARGV[2])
        redis.call('EXPIRE', KEYS[1], ARGV[1])
        return 1
        """;
}
