using Microsoft.Extensions.Options;
using Shop.Typesense;

namespace Shop.Api.Search;

/// <summary>
/// The best known products of the index in Typesense, with their brands and categories, in the memory of each process, so
/// that no key that is pressed goes over the network. They are read anew now and then.
/// </summary>
internal sealed partial class TypesenseSuggestions(
    TypesenseClient client, IOptions<TypesenseOptions> options, TimeProvider time, ILogger<TypesenseSuggestions> logger)
    : BackgroundService
{
    private const int MostProducts = 10_000;
    private const int Page = 250;

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private SuggestionList _list = SuggestionList.Empty;

    public IReadOnlyList<Suggestion> For(string typed, int limit) => Volatile.Read(ref _list).For(typed, limit);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        do
        {
            try
            {
                await Refresh(stoppingToken);
            }
            catch (TypesenseException problem)
            {
                LogStale(problem.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    public async Task Refresh(CancellationToken cancellationToken)
    {
        var products = new List<SuggestedProduct>();
        for (var page = 1; page * Page <= MostProducts; page++)
        {
            var found = await Read(page, cancellationToken);
            products.AddRange(found.Select(hit => hit.Document).Select(hit =>
                new SuggestedProduct(
                    hit.Id, hit.Title, hit.Brand, hit.Categories is [.., var own] ? own : null, hit.Popularity)));
            if (found.Count < Page) break;
        }

        Volatile.Write(ref _list, Suggestions.ListOf(products));
    }

    private async Task<IReadOnlyList<Hit<TypesenseHit>>> Read(int page, CancellationToken cancellationToken)
    {
        var search = new MultiSearchParameters
        {
            Collection = options.Value.NamePrefix + "products",
            Q = "*",
            SortBy = "popularity:desc",
            Page = page,
            PerPage = Page,
            IncludeFields = "id,title,brand,categories,popularity",
        };
        var results = await client.MultiSearch(
            [search], TypesenseHitJson.Default.MultiSearchResultTypesenseHit, cancellationToken);
        return results[0].OrThrow().Hits ?? [];
    }

    [LoggerMessage(LogLevel.Warning, "Suggestions stay as they are for now: {Problem}")]
    private partial void LogStale(string problem);
}
