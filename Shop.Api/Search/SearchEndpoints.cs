using System.Text.Json;
using Shop.Api.Catalog;
using Shop.Api.Http;
using Shop.Api.RateLimiting;

namespace Shop.Api.Search;

internal static class SearchEndpoints
{
    private const int UsualSuggestions = 8;

    public static void AddSearch(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<SearchOptions>().BindConfiguration("Search").ValidateDataAnnotations().ValidateOnStart();
        switch (builder.Configuration.GetValue("Search:Engine", SearchOptions.Postgres))
        {
            case SearchOptions.Postgres:
                builder.Services.AddSingleton<Vocabulary>();
                builder.Services.AddSingleton<Synonyms>();
                builder.Services.AddSingleton<QueryReader>();
                builder.Services.AddSingleton<IndexedCategories>();
                builder.Services.AddSingleton<Suggestions>();
                builder.Services.AddHostedService(services => services.GetRequiredService<Suggestions>());
                builder.Services.AddSingleton<ISearchEngine, PostgresSearch>();
                break;
            case SearchOptions.Typesense:
                builder.Services.AddTypesenseSearch();
                break;
        }
    }

    public static void MapSearch(this IEndpointRouteBuilder app)
    {
        var browse = app.MapGroup("/search").WithTags("Browse").Limited(RateGroup.Search);
        browse.MapGet("", Find)
            .WithSummary("Products by words and filters, with facets")
            .WithDescription(
                "sort is relevance (default), popularity, price, -price, newest or rating. brand may repeat. Prices are in "
                + "minor units. The best known five hundred of what matches are ranked, and total and facets count these; "
                + "totalIsExact says if there are no more. Each facet's counts ignore its own filter.")
            .Produces<SearchView>().Produces(StatusCodes.Status304NotModified).Refuses(400, 503);
        browse.MapGet("/suggest", Suggest)
            .WithSummary("What may be meant by what was typed so far")
            .Produces<SuggestionsView>().Produces(StatusCodes.Status304NotModified).Refuses(400, 503);
    }

    private static async Task<IResult> Find(
        [AsParameters] SearchRequest request, HttpContext context, ISearchEngine engine, ProductCards cards,
        CatalogueCache cache)
    {
        var errors = new Dictionary<string, string[]>();
        var query = request.Read(errors);
        if (errors.Count > 0) return Problems.Invalid(errors);
        var page = await cache.Page($"search:{query.Key}", () => Read(query, engine, cards));
        return page is null
            ? Problems.Invalid("cursor", "It must be the next of a page of this search.")
            : CatalogueAnswer.Of(context, page);
    }

    /// <summary>Not for one caller alone, so that no caller can break it off.</summary>
    private static async Task<byte[]?> Read(SearchQuery query, ISearchEngine engine, ProductCards cards)
    {
        if (await engine.Search(query, CancellationToken.None) is not { } hits) return null;
        return JsonSerializer.SerializeToUtf8Bytes(new SearchView
        {
            Items = await cards.Of(hits.Skus),
            Total = hits.Total,
            TotalIsExact = hits.IsTotalExact,
            Facets = hits.Facets,
            Next = hits.Next,
        }, ShopJson.Wire.SearchView);
    }

    private static async Task<IResult> Suggest(
        HttpContext context, ISearchEngine engine, CancellationToken cancellationToken, string? q = null,
        string? limit = null)
    {
        var errors = new Dictionary<string, string[]>();
        var most = SearchRequest.ReadLimit(limit, UsualSuggestions, errors);
        if (q is null or { Length: > SearchRequest.MostText })
            errors["q"] = [$"It must be given, and may have {SearchRequest.MostText} characters."];
        if (errors.Count > 0) return Problems.Invalid(errors);
        var view = new SuggestionsView(await engine.Suggest(q!, most, cancellationToken));
        return CatalogueAnswer.Of(context, JsonSerializer.SerializeToUtf8Bytes(view, ShopJson.Wire.SuggestionsView));
    }
}
