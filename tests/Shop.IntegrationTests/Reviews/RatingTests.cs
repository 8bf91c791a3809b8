using Xunit;
using static Shop.IntegrationTests.Reviews.ReviewsDatabase;

namespace Shop.IntegrationTests.Reviews;

public sealed class RatingTests(ReviewsDatabase reviews) : IClassFixture<ReviewsDatabase>
{
    [Fact]
    public async Task Two_hundred_reviews_at_once_with_replacements_and_repeats_sum_up_to_the_recount()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"Seed {seed}");
        var random = new Random(seed);
        var sku = NewSku();
        var posts = Enumerable.Range(0, 200)
            .Select(i => (Id: Guid.NewGuid(), Review: Of(sku, $"user:{i % 60}", random.Next(1, 6), minute: i / 60)))
            .ToArray();
        var deliveries = posts.Concat(posts).ToArray();
        random.Shuffle(deliveries);

        await Parallel.ForEachAsync(
            deliveries,
            new ParallelOptions { MaxDegreeOfParallelism = 40, CancellationToken = TestContext.Current.CancellationToken },
            async (post, _) => await reviews.Post(post.Review, post.Id));

        Assert.Equal(60, await reviews.Read<long>("select count(*) from reviews.review where sku = $1", sku));
        Assert.Equal(await reviews.Counted(sku), await reviews.Kept(sku));
        Assert.Equal(0, await reviews.Recount());
        Assert.Equal(
            posts.GroupBy(post => post.Review.Owner).Sum(own => own.MaxBy(post => post.Review.PostedAt).Review.Rating),
            await reviews.Read<long>("select sum(rating) from reviews.review where sku = $1", sku));
    }

    [Fact]
    public async Task A_rating_that_drifted_is_found_and_mended_by_the_recount()
    {
        var sku = NewSku();
        await reviews.Post(Of(sku, "user:ada", 3));
        await reviews.Read<object>(
            "insert into reviews.rating_delta (sku, ones, twos, threes, fours, fives) values ($1, 0, 0, 0, 0, 7)", sku);

        Assert.Equal(1, await reviews.Recount());

        Assert.Equal("0 0 1 0 0", await reviews.Kept(sku));
        Assert.Equal(0, await reviews.Recount());
    }

    [Fact]
    public async Task Reviews_without_a_rating_and_a_rating_without_reviews_are_found_on_every_slice()
    {
        var mark = NewSku();
        await reviews.Read<object>(
            """
            insert into reviews.rating (sku, ones, twos, threes, fours, fives)
            select $1 || n, 1, 0, 0, 0, 0 from generate_series(1, 1200) n
            """, mark);
        await reviews.Read<object>(
            """
            insert into reviews.review (sku, owner, id, author, rating, title, body, posted_at)
            select $1 || '-R' || n, 'user:ada', gen_random_uuid(), '', 5, '', '', now() from generate_series(1, 300) n
            """, mark);

        Assert.Equal(1_500, await reviews.Recount());

        Assert.Equal("0 0 0 0 0", await reviews.Kept(mark + "1200"));
        Assert.Equal("0 0 0 0 1", await reviews.Kept(mark + "-R300"));
        Assert.Equal(0, await reviews.Recount());
    }

    [Theory]
    [InlineData("select count(*) >= 0 from reviews.review_view")]
    [InlineData("select count(*) >= 0 from reviews.rating_view")]
    public async Task The_reader_may_read_what_is_published(string sql) => Assert.True(await AsReader(sql));

    [Theory]
    [InlineData("select count(*) >= 0 from reviews.review")]
    [InlineData("select count(*) >= 0 from reviews.purchase")]
    public async Task The_reader_may_read_nothing_else(string sql) =>
        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => AsReader(sql));

    private async Task<bool> AsReader(string sql)
    {
        await using var connection = await reviews.Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var become = new Npgsql.NpgsqlCommand("set local role shop_reader", connection);
        await become.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        await using var command = new Npgsql.NpgsqlCommand(sql, connection);
        return (bool)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }
}
