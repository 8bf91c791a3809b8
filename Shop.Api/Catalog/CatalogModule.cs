using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using Shop.Api.Http;
using Shop.Messaging;

namespace Shop.Api.Catalog;

/// <summary>The section <c>Catalogue</c> of the configuration.</summary>
internal sealed class CatalogueOptions
{
    /// <summary>Of what is kept in this process, as it is written down: objects around it take about a third more.</summary>
    public long MemoryBytes { get; init; } = 64 << 20;
}

internal static class CatalogModule
{
    private const long LargestBytes = 4 << 20;

    public static void AddCatalog(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<Prices>();
        builder.Services.AddSingleton<Availability>();
        builder.Services.AddSingleton<Products>();
        builder.Services.AddSingleton<ProductCards>();
        builder.Services.AddSingleton<ProductPages>();
        builder.Services.AddCatalogueCache();
    }

    /// <summary>Whatever else uses the process's <see cref="IMemoryCache"/> has to say how large its entries are.</summary>
    public static void AddCatalogueCache(this IServiceCollection services)
    {
        services.AddOptions<CatalogueOptions>().BindConfiguration("Catalogue")
            .Validate(options => options.MemoryBytes >= LargestBytes, $"Catalogue:MemoryBytes is at least {LargestBytes}.")
            .ValidateOnStart();
        services.AddOptions<MemoryCacheOptions>().Configure<IOptions<CatalogueOptions>>((memory, options) =>
        {
            memory.SizeLimit = options.Value.MemoryBytes;
            memory.TrackStatistics = true;
        });
        services.AddSingleton<Generations>();
        services.AddSingleton<DatabaseOutage>();
        services.AddSingleton<SharedShelf>();
        services.AddKeyedSingleton<IDistributedCache>(
            nameof(SharedShelf), (provider, _) => provider.GetRequiredService<SharedShelf>());
        services.AddHybridCache(hybrid =>
            {
                hybrid.DistributedCacheServiceKey = nameof(SharedShelf);
                hybrid.MaximumPayloadBytes = LargestBytes;
                hybrid.DisableCompression = true;
            })
            .AddSerializer(CataloguePage.Serializer)
            .AddSerializer(ProductCard.Serializer);
        services.AddSingleton<CatalogueCache>();
    }

    /// <summary>Every instance hears what changed.</summary>
    public static void Catalog(this ShopBus bus) => bus.Listener<EvictChangedConsumer>("api", services =>
    {
        services.GetRequiredService<CatalogueCache>().EvictAll();
        return Task.CompletedTask;
    });

    /// <summary>
    /// A page asks for no caller: it is answered as soon as its route is known, before anyone is authenticated.
    /// </summary>
    public static void MapCatalog(this IEndpointRouteBuilder app)
    {
        var pages = new Lazy<ProductPages>(app.ServiceProvider.GetRequiredService<ProductPages>);
        app.MapGet("/products/{sku}", (string sku, HttpContext context) => pages.Value.Answer(sku, context))
            .WithTags("Browse")
            .WithSummary("One product")
            .Produces<ProductView>()
            .Produces(StatusCodes.Status304NotModified)
            .Refuses(404, 503)
            .ShortCircuit();
    }
}
