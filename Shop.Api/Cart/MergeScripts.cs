namespace Shop.Api.Cart;

/// <summary>
/// Moves a guest's cart to a person's. The two may lie on different nodes of a cluster, so that it takes three steps, each
/// of which can be repeated: what leaves the guest is kept under an id until the person has it.
/// </summary>
internal static class MergeScripts
{
    /// <summary>The field of a parting cart that says <c>id owner</c>: under which id it goes, and to whom.</summary>
    public const string Ticket = ">";

    public const string TooManyOfOne = "quantity";
    public const string TooManyLines = "lines";

    internal const string EmptyTable = "{}";

    /// <summary>
    /// Adds units to a line of KEYS[1]. Two lines become one with the units of both, up to the most of one, and the price
    /// of the older; whichever came first, the outcome is the same. Returns how many units were too many.
    /// </summary>
    internal const string Join = """
        local function join(sku, quantity, rest, most)
            local line = redis.call('HGET', KEYS[1], sku)
            if line then
                local mine, amount, currency, added = string.match(line, '^(%d+)|(%d+)|(%u+)|(%d+)$')
                local amount2, currency2, added2 = string.match(rest, '^|(%d+)|(%u+)|(%d+)$')
                quantity = quantity + tonumber(mine)
                added, added2, amount, amount2 = tonumber(added), tonumber(added2), tonumber(amount), tonumber(amount2)
                if added < added2 or (added == added2 and (amount < amount2
                    or (amount == amount2 and currency < currency2))) then
                    rest = string.sub(line, #mine + 1)
                end
            end
            local kept = math.max(math.min(quantity, most), 0)
            if kept == 0 then redis.call('HDEL', KEYS[1], sku)
            else redis.call('HSET', KEYS[1], sku, string.format('%d', kept) .. rest) end
            return quantity - kept
        end
        """;

    /// <summary>
    /// KEYS: the guest's cart, where it is kept while it goes, and what checkouts have frozen of it. ARGV: seconds to live,
    /// a new id, the person. Answers with what is going, its ticket included; that is the earlier cart's, if one has not
    /// arrived yet; and if anything is frozen, with that and the time.
    /// </summary>
    public const string Leave = $$"""
        if redis.call('EXISTS', KEYS[2]) == 0 then
            local lines = redis.call('HLEN', KEYS[1]) - redis.call('HEXISTS', KEYS[1], '{{CartScripts.Generation}}')
            if lines > 0 then
                redis.call('RENAME', KEYS[1], KEYS[2])
                redis.call('HDEL', KEYS[2], '{{CartScripts.Generation}}')
                redis.call('HSET', KEYS[2], '{{Ticket}}', ARGV[2] .. ' ' .. ARGV[3])
                redis.call('EXPIRE', KEYS[2], ARGV[1])
            end
        end
        local leaving, frozen = redis.call('HGETALL', KEYS[2]), redis.call('HGETALL', KEYS[3])
        if #frozen == 0 then return {leaving} end
        return {leaving, frozen, redis.call('TIME')[1]}
        """;

    /// <summary>
    /// KEYS: those of the person's cart, and the mark that this one has arrived. ARGV: seconds to live, those of the mark,
    /// a generation for a cart that has none, most lines, most of one, the id under which it goes, then SKU and line of
    /// each. What is frozen counts with the limits, as it does for adds. Of too many lines those stay whose SKUs come
    /// first, byte by byte: that is the one order which makes no difference to who came first. Notes what was too many.
    /// </summary>
    public const string Arrive = $$"""
        if not redis.call('SET', KEYS[4], '1', 'NX', 'EX', ARGV[2]) then return 0 end
        {{CartScripts.Note}}
        {{Join}}
        local held, places = {}, tonumber(ARGV[4])
        for _, frozen in ipairs(redis.call('HVALS', KEYS[2])) do
            for sku, units in string.gmatch(frozen, '\n(%S+) (%d+)|') do
                if not held[sku] then places = places - 1 end
                held[sku] = (held[sku] or 0) + tonumber(units)
            end
        end
        redis.call('HSETNX', KEYS[1], '{{CartScripts.Generation}}', ARGV[3])
        for i = 7, #ARGV, 2 do
            local quantity, rest = string.match(ARGV[i + 1], '^(%d+)(|.*)$')
            local over = join(ARGV[i], tonumber(quantity), rest, tonumber(ARGV[5]) - (held[ARGV[i]] or 0))
            if over > 0 then note('{{TooManyOfOne}}', ARGV[i], over, ARGV[6]) end
        end
        local skus = {}
        for _, sku in ipairs(redis.call('HKEYS', KEYS[1])) do
            if sku ~= '{{CartScripts.Generation}}' and not held[sku] then skus[#skus + 1] = sku end
        end
        if #skus > places then
            local function before(a, b)
                for i = 1, math.min(#a, #b) do
                    local x, y = string.byte(a, i), string.byte(b, i)
                    if x ~= y then return x < y end
                end
                return #a < #b
            end
            table.sort(skus, before)
            for i = math.max(places, 0) + 1, #skus do
                local units = string.match(redis.call('HGET', KEYS[1], skus[i]), '^%d+')
                redis.call('HDEL', KEYS[1], skus[i])
                note('{{TooManyLines}}', skus[i], tonumber(units), ARGV[6])
            end
        end
        redis.call('EXPIRE', KEYS[1], ARGV[1])
        return 1
        """;

    /// <summary>KEYS: where the guest's cart is kept. ARGV: its ticket. It has arrived, and is forgotten.</summary>
    public const string Forget = $"""
        if redis.call('HGET', KEYS[1], '{Ticket}') ~= ARGV[1] then return 0 end
        return redis.call('DEL', KEYS[1])
        """;
}
