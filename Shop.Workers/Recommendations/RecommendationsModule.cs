using Shop.Messaging;

namespace Shop.Workers.Recommendations;

internal static class RecommendationsModule
{
    public static void AddRecommendations(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<RecommendationOptions>().BindConfiguration("Recommendations")
            .ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<BasketCounter>();
        builder.Services.AddSingleton<Ranker>();
    }

    public static void Recommendations(this ShopBus bus) =>
        bus.Context<RecommendationsDbContext>("Recommendations", baskets =>
        {
            baskets.GroupConsumer<RecordBasketConsumer>(ConsumerKind.Unhurried);
            baskets.GroupConsumer<TakeBackBasketConsumer>(ConsumerKind.Unhurried);
            bus.Job<RankRecommendationsJob>(TimeSpan.FromSeconds(10));
        });
}
