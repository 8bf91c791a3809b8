using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Shop.Api.Search;
using Shop.Typesense;
using Shop.Workers.Search;
using Xunit;

namespace Shop.IntegrationTests.Search;

/// <summary>The Typesense engine, on the server that <c>SHOP_TYPESENSE_URL</c> names; skipped where it names none.</summary>
public sealed class TypesenseSearchBehaviour : SearchBehaviour, IClassFixture<TypesenseServer>
{
    private readonly TypesenseServer _server;

    public TypesenseSearchBehaviour(TypesenseServer server)
    {
        TypesenseServer.SkipUnlessThere();
        _server = server;
    }

    private protected override ISearchIndex Index => _server.Index;

    private protected override ISearchEngine Engine => _server.Engine;

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_left_out_after_so_many_hits_is_still_counted()
    {
        const string Brand = "Brand of three hundred";
        var documents = Enumerable.Range(1, 300).Select(number => TypesenseServer.Document($"MANY-{number:D4}", Brand));
        await Index.Put([.. documents], Now);
        Assert.Equal(300, (await Find(new SearchQuery { Brands = [Brand] })).Total);
    }

    [Fact]
    public async Task The_index_is_listed_beyond_one_page()
    {
        await Index.Put([.. Enumerable.Range(1, 400).Select(number => TypesenseServer.Document($"LIST-{number:D4}"))], Now);
        var listed = await Index.List("LIST-0005", 300, Now);
        Assert.Equal(Enumerable.Range(6, 300).Select(number => $"LIST-{number:D4}"), listed.Select(entry => entry.Sku));
    }

    [Fact]
    public async Task Brands_that_differ_by_a_sign_or_an_ending_are_different()
    {
        string[] brands = ["Salt & Sons", "Salt Sons", "Salts Son"];
        await Index.Put([.. brands.Select((brand, number) => TypesenseServer.Document($"BRAND-{number}", brand))], Now);
        foreach (var brand in brands)
            Assert.Equal(1, (await Find(new SearchQuery { Brands = [brand] })).Total);
    }

    [Fact]
    public async Task The_key_of_the_api_searches_and_does_nothing_else()
    {
        using var client = await _server.ClientOfTheApi();
        var search = new MultiSearchParameters { Collection = _server.Collection, Q = "*" };
        Assert.Null((await client.MultiSearch([search], TypesenseHitJson.Default.MultiSearchResultTypesenseHit, Now))[0].Code);
        await Assert.ThrowsAsync<TypesenseApiUnauthorizedException>(
            () => client.DeleteDocuments(_server.Collection, "id:=[`NEVER-THERE`]", Now));
    }

    [Fact]
    public async Task Suggestions_are_made_of_the_index()
    {
        await Index.Put([TypesenseServer.Document("SUGGEST-1", "Zanzibarian") with { Popularity = 1_000_000 }], Now);
        await _server.Suggestions.Refresh(Now);
        Assert.Contains(new Suggestion("Zanzibarian", null), await Engine.Suggest("zanzi", 5, Now));
    }
}

/// <summary>
/// A live server, which is not started here: its address in <c>SHOP_TYPESENSE_URL</c>, the key that it was started with in
/// <c>SHOP_TYPESENSE_KEY</c>. All that is made there has a prefix of its own, and goes at the end.
/// </summary>
public sealed class TypesenseServer : IAsyncLifetime
{
    private const string IndexKey = "of-the-indexer-";
    private const string SearchKey = "of-the-api-";

    private readonly string _prefix = $"shop_test_{Guid.NewGuid():N}_";
    private readonly string _unique = Guid.NewGuid().ToString("N")[..16];
    private TypesenseClient? _client;

    private static string? Address => Environment.GetEnvironmentVariable("SHOP_TYPESENSE_URL");

    private static string? Key => Environment.GetEnvironmentVariable("SHOP_TYPESENSE_KEY");

    internal ISearchIndex Index { get; private set; } = null!;

    internal ISearchEngine Engine { get; private set; } = null!;

    internal TypesenseSuggestions Suggestions { get; private set; } = null!;

    internal string Collection => _prefix + "products";

    public static void SkipUnlessThere() => Assert.SkipWhen(
        string.IsNullOrEmpty(Address) || string.IsNullOrEmpty(Key),
        "No Typesense is named by SHOP_TYPESENSE_URL and SHOP_TYPESENSE_KEY: its engine is not tried.");

    public async ValueTask InitializeAsync()
    {
        if (string.IsNullOrEmpty(Address) || string.IsNullOrEmpty(Key)) return;
        var options = Settings(Key);
        _client = Client(options);
        var synonyms = new TypesenseSynonyms(
            _ => Task.FromResult<IReadOnlyList<SynonymItem>>([new() { Id = "1", Synonyms = ["tv", "television"] }]),
            _client,
            options);
        Index = new TypesenseIndex(_client, synonyms, options, TimeProvider.System, NullLogger<TypesenseIndex>.Instance);
        Suggestions = new(_client, options, TimeProvider.System, NullLogger<TypesenseSuggestions>.Instance);
        Engine = new TypesenseSearch(_client, options, Suggestions);
        await Index.Open(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (_client is null) return;
        foreach (var alias in (await _client.ListCollectionAliases(CancellationToken.None)).Where(one => IsOurs(one.Name)))
            await _client.DeleteCollectionAlias(alias.Name, CancellationToken.None);
        foreach (var one in (await _client.RetrieveCollections(1_000, 0, CancellationToken.None)).Where(one => IsOurs(one.Name)))
            await _client.DeleteCollection(one.Name, CancellationToken.None);
        foreach (var set in (await _client.RetrieveSynonymSets(CancellationToken.None)).Where(one => IsOurs(one.Name)))
            await _client.DeleteSynonymSet(set.Name, CancellationToken.None);
        foreach (var key in (await _client.ListKeys(CancellationToken.None)).Where(one => IsOurs(one.Description)))
            await _client.DeleteKey(key.Id, CancellationToken.None);
        Suggestions.Dispose();
        _client.Dispose();
    }

    /// <summary>After the verb made the keys, with the one that is the API's.</summary>
    internal async Task<TypesenseClient> ClientOfTheApi()
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Typesense:Nodes"] = Address,
            ["Typesense:NamePrefix"] = _prefix,
            ["Typesense:AdminKey"] = Key,
            ["Typesense:SearchKey"] = SearchKey + _unique,
            ["Typesense:ApiKey"] = IndexKey + _unique,
        }).Build());
        services.AddLogging();
        services.AddSingleton(TimeProvider.System);
        services.AddTypesenseIndex();
        await using var provider = services.BuildServiceProvider();
        await using var output = new StringWriter();
        Assert.Equal(TypesenseKeysCommand.Done, await TypesenseKeysCommand.Run(provider, output));
        return Client(Settings(SearchKey + _unique));
    }

    internal static SearchDocument Document(string sku, string? brand = null) => new()
    {
        Sku = sku,
        Title = $"The thing {sku}",
        Brand = brand,
        Categories = [new("behaviour", "Behaviour")],
        Attributes = new Dictionary<string, string>(),
        Description = "",
        Price = 1_999,
        Currency = "USD",
        Rating = 0,
        RatingCount = 0,
        Availability = Contracts.Inventory.Availability.InStock,
        Popularity = 1,
        CreatedAt = DateTimeOffset.UnixEpoch,
        UpdatedAt = DateTimeOffset.UnixEpoch,
        Version = 1,
    };

    private bool IsOurs(string name) => name.StartsWith(_prefix, StringComparison.Ordinal);

    private IOptions<TypesenseOptions> Settings(string key) =>
        Options.Create(new TypesenseOptions { Nodes = Address, ApiKey = key, NamePrefix = _prefix });

    private static TypesenseClient Client(IOptions<TypesenseOptions> options) =>
        new(options, TimeProvider.System, NullLogger<TypesenseClient>.Instance);
}
