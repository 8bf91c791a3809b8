using Npgsql;
using Xunit;
using static Shop.IntegrationTests.Reviews.ReviewsDatabase;

namespace Shop.IntegrationTests.Reviews;

public sealed class ReviewWriterTests(ReviewsDatabase reviews) : IClassFixture<ReviewsDatabase>
{
    [Fact]
    public async Task A_second_review_of_a_person_replaces_the_first()
    {
        var sku = NewSku();
        await reviews.Post(Of(sku, "user:ada", 2, minute: 1));

        await reviews.Post(Of(sku, "user:ada", 5, minute: 2));

        Assert.Equal("Minute 2.", await reviews.Read<string>("select body from reviews.review where sku = $1", sku));
        Assert.Equal("0 0 0 0 1", await reviews.Kept(sku));
    }

    [Fact]
    public async Task Of_two_that_come_in_the_wrong_order_the_later_stands()
    {
        var sku = NewSku();
        await reviews.Post(Of(sku, "user:ada", 5, minute: 2));

        Assert.False(await reviews.Post(Of(sku, "user:ada", 2, minute: 1)));

        Assert.Equal("0 0 0 0 1", await reviews.Kept(sku));
    }

    [Fact]
    public async Task Of_two_of_the_same_moment_the_same_stands_in_either_order()
    {
        var (one, other) = (NewSku(), NewSku());
        var (lesser, greater) = (Guid.Parse("00000000-0000-7000-8000-000000000001"),
            Guid.Parse("00000000-0000-7000-8000-000000000002"));
        await reviews.Post(Of(one, "user:ada", 1), lesser);
        await reviews.Post(Of(one, "user:ada", 2), greater);
        await reviews.Post(Of(other, "user:ada", 2), greater);
        await reviews.Post(Of(other, "user:ada", 1), lesser);

        Assert.Equal("0 1 0 0 0", await reviews.Kept(one));
        Assert.Equal("0 1 0 0 0", await reviews.Kept(other));
    }

    [Fact]
    public async Task One_that_is_delivered_twice_counts_once()
    {
        var (sku, id) = (NewSku(), Guid.NewGuid());
        await reviews.Post(Of(sku, "user:ada", 4), id);

        Assert.False(await reviews.Post(Of(sku, "user:ada", 4), id));

        Assert.Equal("0 0 0 1 0", await reviews.Kept(sku));
    }

    [Fact]
    public async Task A_rating_out_of_bounds_is_not_stored()
    {
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => reviews.Post(Of(NewSku(), "user:ada", 6)));

        Assert.Equal(PostgresErrorCodes.CheckViolation, refusal.SqlState);
    }

    [Fact]
    public async Task Whoever_bought_it_before_is_verified()
    {
        var sku = NewSku();
        await reviews.Confirm(Order("user:buyer", sku));

        await reviews.Post(Of(sku, "user:buyer", 4));

        Assert.True(await reviews.IsVerified(sku, "user:buyer"));
    }

    [Fact]
    public async Task Whoever_buys_it_after_the_review_is_verified_too()
    {
        var sku = NewSku();
        await reviews.Post(Of(sku, "user:buyer", 4));
        Assert.False(await reviews.IsVerified(sku, "user:buyer"));

        await reviews.Confirm(Order("user:buyer", "SOMETHING-ELSE", sku));

        Assert.True(await reviews.IsVerified(sku, "user:buyer"));
    }

    [Fact]
    public async Task Whoever_bought_something_else_is_not_verified()
    {
        var sku = NewSku();
        await reviews.Post(Of(sku, "user:buyer", 4));

        await reviews.Confirm(Order("user:buyer", "SOMETHING-ELSE"), Order("user:another", sku));

        Assert.False(await reviews.IsVerified(sku, "user:buyer"));
    }

    [Fact]
    public async Task A_cancelled_order_takes_it_back()
    {
        var sku = NewSku();
        var order = Order("user:buyer", sku);
        await reviews.Post(Of(sku, "user:buyer", 4));
        await reviews.Confirm(order);

        await reviews.End(order.OrderId, order.OrderId);

        Assert.False(await reviews.IsVerified(sku, "user:buyer"));
    }

    [Fact]
    public async Task A_cancelled_order_takes_nothing_back_while_another_stands()
    {
        var sku = NewSku();
        var (order, another) = (Order("user:buyer", sku), Order("user:buyer", sku));
        await reviews.Post(Of(sku, "user:buyer", 4));
        await reviews.Confirm(order, another);

        await reviews.End(order.OrderId);

        Assert.True(await reviews.IsVerified(sku, "user:buyer"));
    }

    [Fact]
    public async Task A_confirmation_that_comes_after_the_cancellation_or_again_changes_nothing()
    {
        var sku = NewSku();
        var order = Order("user:buyer", sku);
        await reviews.Post(Of(sku, "user:buyer", 4));
        await reviews.End(order.OrderId);

        await reviews.Confirm(order, order);

        Assert.False(await reviews.IsVerified(sku, "user:buyer"));
    }

    [Fact]
    public async Task What_guests_buy_is_not_kept()
    {
        var order = Order("guest:someone", NewSku());

        await reviews.Confirm(order);

        Assert.Equal(0, await reviews.Read<long>(
            "select count(*) from reviews.purchase where order_id = $1", order.OrderId));
    }
}
