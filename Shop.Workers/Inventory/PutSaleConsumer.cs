using System.Security.Cryptography;
using Npgsql;
using Shop.Contracts.Inventory;
using Shop.Messaging.GroupCommit;

namespace Shop.Workers.Inventory;

/// <summary>
/// Opens a sale, or changes the terms of the one that has not ended. What is sold stays sold: the quantity does not fall
/// below what is taken, a limit that is lowered counts for what comes, and a start that has passed stays.
/// </summary>
internal sealed class PutSaleConsumer : IGroupConsumer<PutSale>
{
    private const int SeedBytes = 32;

    private const string RetireSql = """
        update inventory.sale set is_current = false
        where sku = $1 and is_current and ends_at <= now() and asked_at < $2
        """;

    private const string PutSql = """
        with changed as (
          update inventory.sale l
          set starts_at = case when l.starts_at <= now() then l.starts_at else $3 end,
            ends_at = case when l.starts_at <= now()
              then greatest($4, now(), l.starts_at + interval '1 millisecond') else $4 end,
            per_person_limit = $5, highest_limit = greatest(l.highest_limit, $5),
            quantity = greatest($6, l.taken), asked_at = $2
          where l.sku = $1 and l.is_current and l.ends_at > now() and l.asked_at < $2
          returning 1
        )
        insert into inventory.sale
          (id, sku, is_current, starts_at, ends_at, per_person_limit, highest_limit, quantity, taken, seed, commitment, asked_at)
        select $7, $1, true, $3, $4, $5, $5, $6, 0, $8, $9, $2
        where not exists (select from changed) and not exists (select from inventory.sale where sku = $1 and is_current)
        """;

    public Task Consume(MessageGroup<PutSale> group, CancellationToken cancellationToken)
    {
        foreach (var message in group.Messages)
        {
            Demand(message.Body);
            var seed = RandomNumberGenerator.GetBytes(SeedBytes);
            Append(group.Batch, message.Body, seed);
        }

        return Task.CompletedTask;
    }

    internal static void Append(NpgsqlBatch batch, PutSale sale, byte[] seed)
    {
        batch.BatchCommands.Add(new NpgsqlBatchCommand(RetireSql)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = sale.Sku },
                new NpgsqlParameter<DateTimeOffset> { TypedValue = sale.AskedAt },
            },
        });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(PutSql)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = sale.Sku },
                new NpgsqlParameter<DateTimeOffset> { TypedValue = sale.AskedAt },
                new NpgsqlParameter<DateTimeOffset> { TypedValue = sale.StartsAt },
                new NpgsqlParameter<DateTimeOffset> { TypedValue = sale.EndsAt },
                new NpgsqlParameter<int> { TypedValue = sale.PerPersonLimit },
                new NpgsqlParameter<int> { TypedValue = sale.Quantity },
                new NpgsqlParameter<Guid> { TypedValue = Guid.CreateVersion7() },
                new NpgsqlParameter<byte[]> { TypedValue = seed },
                new NpgsqlParameter<byte[]> { TypedValue = SHA256.HashData(seed) },
            },
        });
    }

    private static void Demand(PutSale sale)
    {
        if (sale.EndsAt <= sale.StartsAt)
            throw new ArgumentException("A sale ends after it starts.");
        if (sale.PerPersonLimit is <= 0 or > Stockroom.MostUnits || sale.Quantity is < 0 or > Stockroom.MostUnits)
            throw new ArgumentException($"A sale is of at most {Stockroom.MostUnits} units, and of one a person at least.");
    }
}
