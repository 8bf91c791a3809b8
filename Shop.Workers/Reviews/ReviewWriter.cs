using Npgsql;
using Shop.Contracts.Reviews;

namespace Shop.Workers.Reviews;

/// <summary>
/// Stores reviews: the latest of a person for a product stands, in whatever order and however often they come.
/// </summary>
internal static class ReviewWriter
{
    private const string Statement = """
        with posted as (
            insert into reviews.review as r (sku, owner, id, author, rating, title, body, posted_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8)
            on conflict (sku, owner) do update set id = excluded.id, author = excluded.author,
                rating = excluded.rating, title = excluded.title, body = excluded.body,
                posted_at = excluded.posted_at, replaced_rating = r.rating
            where (r.posted_at, r.id) < (excluded.posted_at, excluded.id)
            returning sku, rating, replaced_rating
        ), moved as (
            select sku, rating as stars, 1 as delta from posted where rating is distinct from replaced_rating
            union all
            select sku, replaced_rating, -1 from posted where replaced_rating <> rating
        ), noted as (
            insert into reviews.rating_delta (sku, ones, twos, threes, fours, fives)
            select sku, coalesce(sum(delta) filter (where stars = 1), 0),
                coalesce(sum(delta) filter (where stars = 2), 0), coalesce(sum(delta) filter (where stars = 3), 0),
                coalesce(sum(delta) filter (where stars = 4), 0), coalesce(sum(delta) filter (where stars = 5), 0)
            from moved group by sku
        )
        select count(*) from posted
        """;

    /// <summary>
    /// Stores the review and what it changes about the product's rating, within the connection's transaction.
    /// </summary>
    /// <param name="connection">Of the context.</param>
    /// <param name="messageId">Decides between two that were posted in the same moment.</param>
    /// <param name="review">As it was posted.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Whether it stands now; not if a later one does.</returns>
    public static async Task<bool> Post(
        NpgsqlConnection connection, Guid messageId, PostReview review, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Statement, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = review.Sku },
                new NpgsqlParameter<string> { TypedValue = review.Owner },
                new NpgsqlParameter<Guid> { TypedValue = messageId },
                new NpgsqlParameter<string> { TypedValue = review.Author },
                new NpgsqlParameter<int> { TypedValue = review.Rating },
                new NpgsqlParameter<string> { TypedValue = review.Title },
                new NpgsqlParameter<string> { TypedValue = review.Body },
                new NpgsqlParameter<DateTimeOffset> { TypedValue = review.PostedAt.ToUniversalTime() },
            },
        };
        return (long)(await command.ExecuteScalarAsync(cancellationToken))! == 1;
    }
}
