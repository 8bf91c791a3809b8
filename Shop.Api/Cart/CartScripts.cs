namespace Shop.Api.Cart;

/// <summary>
/// What changes a cart, each in one step on the server. KEYS[1] is the cart: a hash of lines by SKU, and under
/// <see cref="Generation"/> the id that it got with its first line and keeps until it is frozen. KEYS[2] is what
/// checkouts under way have frozen of it: see <see cref="FreezeScripts"/>. KEYS[3] is a set of what was left out of it
/// and not told yet: see <see cref="Note"/>. Every script answers with the cart, what is frozen of it, the server's time
/// in seconds and what was left out, or with one word that says why not.
/// </summary>
internal static class CartScripts
{
    public const string Generation = "#";

    public const string TooManyLines = "lines";
    public const string TooManyOfOne = "quantity";
    public const string OtherCurrency = "currency";

    /// <summary>
    /// Remembers units that were left out, as <c>word SKU units occasion</c>, until its owner was told. Only so many: who
    /// has not asked for their cart by then has more to read than they will.
    /// </summary>
    internal const string Note = """
        local function note(word, sku, units, occasion)
            if redis.call('SCARD', KEYS[3]) >= 200 then return end
            redis.call('SADD', KEYS[3], table.concat({word, sku, string.format('%d', units), occasion}, ' '))
            redis.call('EXPIRE', KEYS[3], ARGV[1])
        end
        """;

    private const string Answer = """

        local notes = redis.call('SMEMBERS', KEYS[3])
        if #frozen + #notes == 0 then return {redis.call('HGETALL', KEYS[1])} end
        return {redis.call('HGETALL', KEYS[1]), frozen, redis.call('TIME')[1], notes}
        """;

    /// <summary>A line that its owner sets or removes is not put back by a checkout that fails.</summary>
    private const string Strip = """
        local frozen = redis.call('HGETALL', KEYS[2])
        local function strip(sku)
            for i = 2, #frozen, 2 do
                local from, to = string.find(frozen[i], '\n' .. sku .. ' ', 1, true)
                if from then
                    local rest = string.find(frozen[i], '\n', to, true)
                    frozen[i] = string.sub(frozen[i], 1, from - 1) .. (rest and string.sub(frozen[i], rest) or '')
                    redis.call('HSET', KEYS[2], frozen[i - 1], frozen[i])
                end
            end
        end

        """;

    /// <summary>ARGV: seconds to live.</summary>
    public const string Read = $"""
        redis.call('EXPIRE', KEYS[1], ARGV[1])
        local frozen = redis.call('HGETALL', KEYS[2])
        {Answer}
        """;

    /// <summary>
    /// ARGV: seconds to live, SKU, quantity, the rest of a new line, its currency, a generation for a new cart, 1 to add
    /// or 0 to set, most lines, most of one. A line that is there keeps its price. What is frozen counts with the limits
    /// and the currency, so that it can be put back.
    /// </summary>
    public const string Put = $"""
        {Strip}
        local line = redis.call('HGET', KEYS[1], ARGV[2])
        local quantity, rest, adds = tonumber(ARGV[3]), ARGV[4], ARGV[7] == '1'
        if line then
            local bar = string.find(line, '|', 1, true)
            if adds then quantity = quantity + tonumber(string.sub(line, 1, bar - 1)) end
            rest = string.sub(line, bar)
        end
        local all, lines, isOther = quantity, 0, false
        for i = 2, #frozen, 2 do
            for sku, held, currency in string.gmatch(frozen[i], '\n(%S+) (%d+)|%d+|(%u+)|') do
                if sku ~= ARGV[2] then lines = lines + 1 - redis.call('HEXISTS', KEYS[1], sku)
                elseif adds then all = all + tonumber(held) end
                if currency ~= ARGV[5] and (adds or sku ~= ARGV[2]) then isOther = true end
            end
        end
        if all > tonumber(ARGV[9]) then return '{TooManyOfOne}' end
        if not line then
            local others = redis.call('HVALS', KEYS[1])
            lines = lines + #others - redis.call('HEXISTS', KEYS[1], '{Generation}')
            if lines >= tonumber(ARGV[8]) then return '{TooManyLines}' end
            for i = 1, math.min(#others, 2) do
                local currency = string.match(others[i], '|(%u+)|')
                if currency and currency ~= ARGV[5] then isOther = true end
            end
            if isOther then return '{OtherCurrency}' end
            redis.call('HSETNX', KEYS[1], '{Generation}', ARGV[6])
        end
        if not adds then strip(ARGV[2]) end
        redis.call('HSET', KEYS[1], ARGV[2], string.format('%d', quantity) .. rest)
        redis.call('EXPIRE', KEYS[1], ARGV[1])
        {Answer}
        """;

    /// <summary>ARGV: seconds to live, SKU.</summary>
    public const string Remove = $"""
        {Strip}
        strip(ARGV[2])
        redis.call('HDEL', KEYS[1], ARGV[2])
        redis.call('EXPIRE', KEYS[1], ARGV[1])
        {Answer}
        """;
}
