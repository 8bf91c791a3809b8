namespace Shop.Api.Cart;

/// <summary>
/// What changes a cart, each in one step on the server. KEYS[1] is the cart; every script but the last answers with the
/// whole cart, or with one word that says why not.
/// </summary>
internal static class CartScripts
{
    public const string TooManyLines = "lines";
    public const string TooManyOfOne = "quantity";
    public const string OtherCurrency = "currency";

    /// <summary>ARGV: seconds to live.</summary>
    public const string Read = """
        redis.call('EXPIRE', KEYS[1], ARGV[1])
        return redis.call('HGETALL', KEYS[1])
        """;

    /// <summary>
    /// ARGV: seconds to live, SKU, quantity, the rest of a new line, its currency, 1 to add or 0 to set, most lines,
    /// most of one. A line that is there keeps its price.
    /// </summary>
    public const string Put = $"""
        local line = redis.call('HGET', KEYS[1], ARGV[2])
        local quantity, rest = tonumber(ARGV[3]), ARGV[4]
        if line then
            local bar = string.find(line, '|', 1, true)
            if ARGV[6] == '1' then quantity = quantity + tonumber(string.sub(line, 1, bar - 1)) end
            rest = string.sub(line, bar)
        else
            local others = redis.call('HVALS', KEYS[1])
            if #others >= tonumber(ARGV[7]) then return '{TooManyLines}' end
            if others[1] and string.match(others[1], '|(%u+)|') ~= ARGV[5] then return '{OtherCurrency}' end
        end
        if quantity > tonumber(ARGV[8]) then return '{TooManyOfOne}' end
        redis.call('HSET', KEYS[1], ARGV[2], string.format('%d', quantity) .. rest)
        redis.call('EXPIRE', KEYS[1], ARGV[1])
        return redis.call('HGETALL', KEYS[1])
        """;

    /// <summary>ARGV: seconds to live, SKU.</summary>
    public const string Remove = """
        redis.call('HDEL', KEYS[1], ARGV[2])
        redis.call('EXPIRE', KEYS[1], ARGV[1])
        return redis.call('HGETALL', KEYS[1])
        """;

    /// <summary>
    /// KEYS[2]: the mark that this order was taken out. ARGV: seconds that the mark lives, then SKU and quantity of each
    /// ordered line. What was added meanwhile stays.
    /// </summary>
    public const string Take = """
        if not redis.call('SET', KEYS[2], '1', 'NX', 'EX', ARGV[1]) then return 0 end
        for i = 2, #ARGV, 2 do
            local line = redis.call('HGET', KEYS[1], ARGV[i])
            if line then
                local bar = string.find(line, '|', 1, true)
                local left = tonumber(string.sub(line, 1, bar - 1)) - tonumber(ARGV[i + 1])
                if left > 0 then
                    redis.call('HSET', KEYS[1], ARGV[i], string.format('%d', left) .. string.sub(line, bar))
                else
                    redis.call('HDEL', KEYS[1], ARGV[i])
                end
            end
        end
        return 1
        """;
}
