using System.Security.Cryptography;
using Shop.Api.Cart;
using StackExchange.Redis;

namespace Shop.IntegrationTests.Contract;

/// <summary>
/// What clients can leave behind, to the letter: the rows of every table and the carts in Redis. Not what passes
/// through on its way, or is derived in the background from what was written long before.
/// </summary>
internal sealed class Footprint(ShopProcesses shop)
{
    /// <summary>One line each, so that a difference can be read.</summary>
    public async Task<string> Read() => $"{await Tables()}\n{await Carts()}";

    /// <summary>
    /// Failed guesses at a password are counted, and are meant to be. What webhooks are told, and whether they take it,
    /// follows from orders that were accepted before, and is tried for days. Ratings follow the reviews, and the search index
    /// the ratings, by a job that comes every ten seconds; the reviews themselves are here. Jobs also copy the provider's
    /// journal, and note how far they have come with it and with the audit.
    /// </summary>
    private async Task<string> Tables()
    {
        await using var command = shop.Database.CreateCommand("""
            select string_agg(n.nspname || '.' || c.relname || ' ' || (xpath('/row/c/text()', query_to_xml(
                format($$
                    select count(*) || ' ' || coalesce(sum(hashtextextended((to_jsonb(t) - array[
                        'access_failed_count', 'lockout_end', 'last_error', 'failed_at', 'rating', 'rating_average', 'rating_count'])::text, 0)), 0)
                        as c
                    from %I.%I t
                    $$, n.nspname, c.relname), false, true, '')))[1]::text, E'\n' order by n.nspname, c.relname)
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.relkind in ('r', 'p') and n.nspname not in ('quartz', 'search', 'pg_catalog', 'information_schema')
                and c.relname not in
                    ('outbox_message', 'inbox_message', 'timer', 'rating', 'rating_delta', 'delivery',
                    'sweep', 'provider_payment', 'provider_refund', 'audit_mark', 'audit_violation', 'audit_ledger', 'audit_sum',
                    '__EFMigrationsHistory')
            """);
        return (string)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>
    /// A checkout that is refused freezes the cart and thaws it again: its lines are the same, under a new generation.
    /// </summary>
    private async Task<string> Carts()
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync(shop.Redis);
        var redis = connection.GetDatabase();
        var carts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var server in connection.GetServers())
            await foreach (var key in server.KeysAsync(pattern: $"{shop.KeyPrefix}cart:*"))
                carts[key.ToString()] = await redis.KeyTypeAsync(key) == RedisType.Hash
                    ? string.Join(' ', (await redis.HashGetAllAsync(key)).Where(field => field.Name != CartScripts.Generation)
                        .Select(field => field.ToString()).Order(StringComparer.Ordinal))
                    : Convert.ToHexStringLower(SHA256.HashData(await redis.KeyDumpAsync(key) ?? []));
        return string.Join('\n', carts.Select(cart => $"{cart.Key} {cart.Value}"));
    }
}
