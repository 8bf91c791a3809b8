using Npgsql;
using Shop.Api.Http;
using Shop.Api.Reads;
using Shop.Messaging.Hosting;

namespace Shop.Api.Reviews;

/// <summary>Reviews and what they sum up to, from the views of their context.</summary>
internal sealed class ReviewReads(ReadsDatabase database)
{
    private const int PatienceInSeconds = 5;

    private const string PageSql = """
        select author, rating, title, body, verified_purchase, posted_at, id
        from reviews.review_view
        where sku = $1 and (posted_at, id) < ($2, $3)
        order by posted_at desc, id desc limit $4
        """;

    private static readonly (DateTime, Guid) Beginning =
        (DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Utc), Guid.Empty);

    private readonly KeyedReads<string, RatingSummary> _ratings = new(
        database.Source,
        """
        select sku, ones, twos, threes, fours, fives from reviews.rating_view where sku = any((select $1)::text[])
        """,
        row => new(row.GetString(0), RatingSummary.Of(
            [row.GetInt32(1), row.GetInt32(2), row.GetInt32(3), row.GetInt32(4), row.GetInt32(5)])));

    /// <summary>By when it was posted, then by its id.</summary>
    public static Cursor<DateTime, Guid> CursorOf(string sku) => new($"reviews {sku}");

    /// <param name="sku">Of the product.</param>
    /// <param name="after">The last review of the page before; null for the first page.</param>
    /// <param name="limit">The most reviews.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<ReviewPage> Page(
        string sku, (DateTime PostedAt, Guid Id)? after, int limit, CancellationToken cancellationToken)
    {
        var summary = _ratings.Find(sku);
        var rows = await Read(sku, after ?? Beginning, limit + 1, cancellationToken);
        var cursor = CursorOf(sku);
        var (reviews, next) = Page<ReviewView>.Of(rows, limit, last => cursor.Write(last.CreatedAt, last.Id));
        return new ReviewPage(reviews, next, await summary ?? RatingSummary.None);
    }

    private async Task<IReadOnlyList<ReviewView>> Read(
        string sku, (DateTime PostedAt, Guid Id) after, int most, CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand(PageSql);
        command.CommandTimeout = PatienceInSeconds;
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = sku });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = after.PostedAt });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = after.Id });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = most });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var reviews = new List<ReviewView>(most);
        while (await reader.ReadAsync(cancellationToken))
            reviews.Add(new ReviewView(
                reader.GetString(0), reader.GetInt32(1), reader.GetString(2), reader.GetString(3), reader.GetBoolean(4),
                reader.GetDateTime(5)) { Id = reader.GetGuid(6) });
        return reviews;
    }
}
