using Shop.Messaging;

namespace Shop.Workers.Search;

internal static class SearchModule
{
    public static void AddSearch(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<SearchOptions>().BindConfiguration("Search").ValidateDataAnnotations().ValidateOnStart();
        switch (builder.Configuration.GetValue("Search:Engine", SearchOptions.Postgres))
        {
            case SearchOptions.Postgres:
                builder.Services.AddSingleton<ISearchIndex, PostgresIndex>();
                break;
            case SearchOptions.Typesense:
                builder.Services.AddTypesenseIndex();
                break;
        }

        builder.Services.AddSingleton<IndexTurns>();
        builder.Services.AddSingleton<CatalogueReader>();
        builder.Services.AddSingleton<Indexer>();
        builder.Services.AddSingleton<Rebuild>();
        builder.Services.AddSingleton<Drift>();
    }

    public static void Search(this ShopBus bus) => bus.Context<SearchDbContext>("Search", search =>
    {
        search.GroupConsumer<IndexProductsConsumer>(ConsumerKind.Indexing);
        search.GroupConsumer<IndexAvailabilityConsumer>(ConsumerKind.Indexing);
        search.GroupConsumer<IndexRatingsConsumer>(ConsumerKind.Indexing);
        bus.Job<MendDriftJob>(TimeSpan.FromSeconds(30));
    });
}
