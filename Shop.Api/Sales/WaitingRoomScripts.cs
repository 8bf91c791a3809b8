namespace Shop.Api.Sales;

/// <summary>
/// What happens in a waiting room, each in one step and by Redis' clock. All keys of a room have one hash tag. Each script is
/// of O(log n) for every ticket that it touches.
/// </summary>
internal static class WaitingRoomScripts
{
    /// <summary>
    /// Finds where owners are, who join with it unless they have a place: before the draw in the lobby, later at the end of
    /// the line. KEYS: owners, lobby, line, admitted, meta. ARGV: the first score of the line's end, when the room may be
    /// forgotten (Unix milliseconds); then for each an owner, and a ticket should they need one.
    /// </summary>
    /// <returns>Whether the draw is made, admissions a second; then for each the ticket, and L with 0, W with the rank from 0,
    /// or A with the Unix milliseconds until which they are let in.</returns>
    public const string Look = """
        local clock = redis.call('TIME')
        local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
        local closed = redis.call('HGET', KEYS[5], 'closed')
        local answer = { redis.call('HGET', KEYS[5], 'drawn') or '0', redis.call('HGET', KEYS[5], 'rate') or '0' }
        for i = 3, #ARGV, 2 do
            local ticket = redis.call('HGET', KEYS[1], ARGV[i])
            local state, number
            if ticket then
                local till = redis.call('ZSCORE', KEYS[4], ticket)
                local rank = redis.call('ZRANK', KEYS[3], ticket)
                if till and tonumber(till) > now then
                    state, number = 'A', till
                elseif rank then
                    state, number = 'W', rank
                elseif redis.call('ZSCORE', KEYS[2], ticket) then
                    state, number = 'L', 0
                end
            end
            if not state then
                ticket = ARGV[i + 1]
                redis.call('HSET', KEYS[1], ARGV[i], ticket)
                if closed then
                    local place = redis.call('HINCRBY', KEYS[5], 'last', 1)
                    redis.call('ZADD', KEYS[3], ARGV[1] + place, ticket)
                    state, number = 'W', redis.call('ZRANK', KEYS[3], ticket)
                else
                    redis.call('HSETNX', KEYS[5], 'opened', now)
                    redis.call('ZADD', KEYS[2], 0, ticket)
                    state, number = 'L', 0
                end
            end
            answer[#answer + 1] = ticket
            answer[#answer + 1] = state
            answer[#answer + 1] = tostring(number)
        end
        for i = 1, 5 do redis.call('PEXPIREAT', KEYS[i], ARGV[2]) end
        return answer
        """;

    /// <summary>Whoever joins from now on was not here before the start. KEYS: meta. ARGV: when the room may be forgotten.</summary>
    /// <returns>1 when the draw has been made.</returns>
    public const string Close = """
        redis.call('HSETNX', KEYS[1], 'closed', 1)
        redis.call('PEXPIREAT', KEYS[1], ARGV[1])
        return redis.call('HEXISTS', KEYS[1], 'drawn')
        """;

    /// <summary>
    /// Gives tickets of the lobby their place. KEYS: lobby, line. ARGV: when the room may be forgotten; then for each its number
    /// and the ticket.
    /// </summary>
    public const string Place = """
        for i = 2, #ARGV, 2 do
            if redis.call('ZREM', KEYS[1], ARGV[i + 1]) == 1 then redis.call('ZADD', KEYS[2], ARGV[i], ARGV[i + 1]) end
        end
        redis.call('PEXPIREAT', KEYS[2], ARGV[1])
        """;

    /// <summary>
    /// Lets in as many of the line as there is room for, once in a while whoever asks. KEYS: line, admitted, meta. ARGV: how many
    /// may be in, the most at once, for how long (ms), the time between two calls (ms), when the room may be forgotten.
    /// </summary>
    /// <returns>How many were let in.</returns>
    public const string Admit = """
        local clock = redis.call('TIME')
        local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
        local at = tonumber(redis.call('HGET', KEYS[3], 'at') or '0')
        if now - at < tonumber(ARGV[4]) or not redis.call('HGET', KEYS[3], 'drawn') then return 0 end
        local gone = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now, 'LIMIT', 0, 1000)
        if #gone > 0 then redis.call('ZREM', KEYS[2], unpack(gone)) end
        local room = math.min(tonumber(ARGV[1]) - redis.call('ZCARD', KEYS[2]), tonumber(ARGV[2]))
        local let = 0
        if room > 0 then
            local first = redis.call('ZPOPMIN', KEYS[1], room)
            for i = 1, #first, 2 do
                redis.call('ZADD', KEYS[2], now + ARGV[3], first[i])
                let = let + 1
            end
        end
        if at > 0 then
            local seconds = (now - at) / 1000
            local kept = math.exp(-seconds / 30)
            local rate = tonumber(redis.call('HGET', KEYS[3], 'rate') or '0') * kept + let / seconds * (1 - kept)
            redis.call('HSET', KEYS[3], 'rate', string.format('%.6f', rate))
        end
        redis.call('HSET', KEYS[3], 'at', now)
        for i = 1, 3 do redis.call('PEXPIREAT', KEYS[i], ARGV[5]) end
        return let
        """;

    /// <summary>Whether an owner is let in. KEYS: owners, admitted. ARGV: the owner.</summary>
    public const string IsIn = """
        local clock = redis.call('TIME')
        local ticket = redis.call('HGET', KEYS[1], ARGV[1])
        local till = ticket and redis.call('ZSCORE', KEYS[2], ticket)
        return till and tonumber(till) > clock[1] * 1000 and 1 or 0
        """;

    /// <summary>
    /// A ticket was used. It takes room until the stock's books show what it bought. KEYS: owners, admitted. ARGV: the owner, for
    /// how long (ms).
    /// </summary>
    public const string Use = """
        local clock = redis.call('TIME')
        local ticket = redis.call('HGET', KEYS[1], ARGV[1])
        if not ticket then return end
        redis.call('HDEL', KEYS[1], ARGV[1])
        redis.call('ZADD', KEYS[2], 'XX', clock[1] * 1000 + ARGV[2], ticket)
        """;
}
