using Shop.Messaging;

namespace Shop.Workers.Reviews;

internal static class ReviewsModule
{
    public static void Reviews(this ShopBus bus) => bus.Context<ReviewsDbContext>("Reviews", reviews =>
    {
        reviews.Consumer<PostReviewConsumer>();
        reviews.GroupConsumer<RecordPurchaseConsumer>(ConsumerKind.Unhurried);
        reviews.GroupConsumer<TakeBackPurchaseConsumer>(ConsumerKind.Unhurried);
        bus.Job<PublishRatingsJob>(TimeSpan.FromSeconds(10));
        bus.Job<RecountRatingsJob>(TimeSpan.FromHours(1));
    });
}
