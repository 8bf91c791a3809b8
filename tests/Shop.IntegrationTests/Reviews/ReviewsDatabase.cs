using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Shop.Contracts;
using Shop.Contracts.Orders;
using Shop.Contracts.Reviews;
using Shop.Messaging.Hosting;
using Shop.Workers.Reviews;
using Xunit;

namespace Shop.IntegrationTests.Reviews;

/// <summary>
/// A database with the schema of the reviews, and the words that the tests speak. Each test takes SKUs of its own.
/// </summary>
public sealed class ReviewsDatabase : IAsyncLifetime
{
    internal static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly TestDatabase _database = new();

    internal NpgsqlDataSource Source => _database.Source;

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        await using var context = new ReviewsDbContext(ContextOptions.Of<ReviewsDbContext>(Source));
        await context.Database.MigrateAsync();
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    internal static string NewSku() => $"SKU-{Guid.NewGuid():N}";

    internal static PostReview Of(string sku, string owner, int rating, int minute = 0) => new()
    {
        Sku = sku,
        Owner = owner,
        Author = "Customer",
        Rating = rating,
        Title = $"{rating} stars",
        Body = $"Minute {minute}.",
        PostedAt = Noon.AddMinutes(minute),
    };

    internal async Task<bool> Post(PostReview review, Guid? messageId = null)
    {
        await using var connection = await Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        return await ReviewWriter.Post(
            connection, messageId ?? Guid.NewGuid(), review, TestContext.Current.CancellationToken);
    }

    internal Task Confirm(params OrderConfirmed[] orders) => Write(batch => PurchaseWriter.Record(batch, orders));

    internal Task End(params Guid[] orders) => Write(batch => PurchaseWriter.TakeBack(batch, orders.Select(order =>
        new OrderEnded { OrderId = order, Status = "CANCELLED", Reason = "", WasConfirmed = true })));

    internal static OrderConfirmed Order(string owner, params string[] skus) => new()
    {
        OrderId = Guid.CreateVersion7(),
        Owner = owner,
        Email = "",
        ShippingAddress = new Address("", "", null, "", null, "", ""),
        ShippingMethod = "STANDARD",
        Lines = [.. skus.Select(sku => new OrderLine(sku, sku, 1, new Money(1, "USD")))],
        Allocations = [],
        Total = new Money(1, "USD"),
    };

    internal Task<bool> IsVerified(string sku, string owner) => Read<bool>(
        """
        select verified_purchase from reviews.review_view v
        join reviews.review r using (sku, id) where r.sku = $1 and r.owner = $2
        """, sku, owner);

    /// <summary>What the aggregate says, from 1 to 5, such as <c>0 0 1 0 2</c>.</summary>
    internal async Task<string> Kept(string sku) => await Read<string?>(
        "select concat_ws(' ', ones, twos, threes, fours, fives) from reviews.rating_view where sku = $1", sku)
        ?? "0 0 0 0 0";

    /// <summary>What the reviews say.</summary>
    internal Task<string> Counted(string sku) => Read<string>(
        """
        select concat_ws(' ', count(*) filter (where rating = 1), count(*) filter (where rating = 2),
            count(*) filter (where rating = 3), count(*) filter (where rating = 4), count(*) filter (where rating = 5))
        from reviews.review where sku = $1
        """, sku);

    internal async Task<int> Recount() => await new RecountRatingsJob(
        new Database<ReviewsDbContext>(Source, ReviewsDbContext.Schema), NullLogger<RecountRatingsJob>.Instance)
        .Recount(TestContext.Current.CancellationToken);

    internal async Task<T> Read<T>(string sql, params object[] values)
    {
        await using var command = Source.CreateCommand(sql);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken) is T value1 ? value1 : default!;
    }

    private async Task Write(Action<NpgsqlBatch> append)
    {
        await using var connection = await Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var batch = connection.CreateBatch();
        append(batch);
        if (batch.BatchCommands.Count > 0) await batch.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
