using Shop.Typesense;
using Xunit;

namespace Shop.Tests.Typesense;

/// <summary>
/// Every operation of the client, once: it understands the answer, and the request and the answer are as Typesense
/// describes them. The answers are examples, and held to the description as the requests are.
/// </summary>
public sealed class DescribedTests
{
    private const string Collection = """
        {"name":"books_1","num_documents":2,"created_at":1763800000,"default_sorting_field":"pages","enable_nested_fields":false,
         "symbols_to_index":[],"token_separators":["-"],"synonym_sets":["words"],"metadata":{"made":1},"fields":[
         {"name":"title","type":"string","facet":false,"index":true,"infix":true,"locale":"","optional":false,"sort":false,
          "stem":true,"store":true},{"name":"pages","type":"int32","facet":true,"range_index":true}]}
        """;

    private const string Found = """
        {"facet_counts":[{"counts":[{"count":2,"highlighted":"thin","value":"thin"}],"field_name":"pages","sampled":false,
          "stats":{"avg":100.5,"max":120,"min":81,"sum":201,"total_values":2}}],
         "found":2,"out_of":5,"page":1,"search_cutoff":false,"search_time_ms":1,
         "request_params":{"collection_name":"books_1","first_q":"sea","per_page":10,"q":"sea"},
         "hits":[{"document":{"id":"b1","title":"The Old Man and the Sea","pages":120},"highlight":{},"highlights":[],
          "text_match":578730123365711993,"text_match_info":{"best_field_score":"1108091339008","best_field_weight":15,
          "fields_matched":1,"num_tokens_dropped":0,"score":"578730123365711993","tokens_matched":1,"typo_prefix_score":0}}]}
        """;

    private static readonly Book OldMan = new("b1", "The Old Man and the Sea", 120);

    private static readonly CollectionSchema Schema = new()
    {
        Name = "books_1",
        Fields =
        [
            new("title", FieldType.Text) { Infix = true, Stem = true, Locale = "en", Index = true, Store = true },
            new("pages", FieldType.Whole32) { Facet = true, Sort = true, RangeIndex = true, Optional = false },
            new("tags", FieldType.Texts) { Facet = true, TokenSeparators = ["-"], SymbolsToIndex = ["+"] },
        ],
        DefaultSortingField = "pages",
        TokenSeparators = ["-"],
        SymbolsToIndex = ["+"],
        SynonymSets = ["words"],
        EnableNestedFields = false,
        Metadata = new Dictionary<string, System.Text.Json.JsonElement> { ["made"] = System.Text.Json.JsonElement.Parse("1") },
    };

    private static readonly MultiSearchParameters Everything = new()
    {
        Collection = "books",
        Q = "old sea",
        QueryBy = "title,tags",
        QueryByWeights = "2,1",
        TextMatchType = "max_weight",
        Prefix = "true,false",
        Infix = "fallback,off",
        FilterBy = TypesenseFilter.AnyOf("tags", ["a, b", "c`d"]) + " && pages:[10..200]",
        SortBy = "_text_match:desc,pages:asc",
        FacetBy = "pages(thin:[0, 100], thick:[100, ])",
        MaxFacetValues = 50,
        NumTypos = "2,1",
        Page = 1,
        PerPage = 10,
        IncludeFields = "id,title",
        ExcludeFields = "pages",
        DropTokensThreshold = 1,
        TypoTokensThreshold = 1,
        ExhaustiveSearch = false,
        EnableSynonyms = true,
        SynonymPrefix = false,
        SynonymNumTypos = 1,
        PrioritizeExactMatch = true,
        PrioritizeTokenPosition = false,
        FacetStrategy = "exhaustive",
        HighlightFields = "title",
        SearchCutoffMs = 100,
    };

    internal sealed record Case(
        string Request, int Status, string Answer, Func<TypesenseClient, Task<object?>> Call, object? Result = null,
        string Type = "application/json");

    private const string Lines = "application/octet-stream";

    private static readonly Dictionary<string, Case> Cases = new()
    {
        ["health"] = new("GET /health", 200, """{"ok":true}""", async client => await client.RetrieveHealth(Now), true),
        ["create a collection"] = new("POST /collections", 201, Collection,
            async client => (await client.CreateCollection(Schema, Now)).SynonymSets!.Single(), "words"),
        ["get a collection"] = new("GET /collections/books_1", 200, Collection,
            async client => (await client.RetrieveCollection("books_1", Now)).NumDocuments, 2L),
        ["list collections"] = new("GET /collections", 200, $"[{Collection}]",
            async client => (await client.RetrieveCollections(10, 0, Now)).Single().Name, "books_1"),
        ["change a collection"] = new("PATCH /collections/books_1", 200,
            """{"fields":[{"name":"pages","drop":true,"type":"int32"}]}""",
            async client => (await client.UpdateCollection(
                "books_1",
                new() { Fields = [new("pages", FieldType.Whole32) { Drop = true }], SynonymSets = ["words"] },
                Now)).Fields.Single().Drop, true),
        ["drop a collection"] = new("DELETE /collections/books_1", 200, Collection,
            async client => (await client.DeleteCollection("books_1", Now)).CreatedAt, 1763800000L),
        ["point an alias"] = new("PUT /aliases/books", 200, """{"name":"books","collection_name":"books_1"}""",
            async client => await client.UpsertCollectionAlias("books", "books_1", Now), new CollectionAlias("books", "books_1")),
        ["get an alias"] = new("GET /aliases/books", 200, """{"name":"books","collection_name":"books_1"}""",
            async client => (await client.RetrieveCollectionAlias("books", Now)).CollectionName, "books_1"),
        ["list aliases"] = new("GET /aliases", 200, """{"aliases":[{"name":"books","collection_name":"books_1"}]}""",
            async client => (await client.ListCollectionAliases(Now)).Single().Name, "books"),
        ["remove an alias"] = new("DELETE /aliases/books", 200, """{"name":"books","collection_name":"books_1"}""",
            async client => (await client.DeleteCollectionAlias("books", Now)).Name, "books"),
        ["import documents"] = new("POST /collections/books/documents/import", 200,
            "{\"success\":true}\n{\"success\":false,\"error\":\"Bad JSON.\",\"document\":\"{}\",\"code\":400}",
            async client => string.Join(',', (await client.ImportDocuments(
                "books", [OldMan, OldMan with { Id = "b2" }], BookJson.Default.Book, ImportAction.Upsert, Now))
                .Select(result => result.Success ? "ok" : $"{result.Code} {result.Error}")), "ok,400 Bad JSON.", Lines),
        ["get a document"] = new("GET /collections/books/documents/a b", 200,
            """{"id":"b1","title":"The Old Man and the Sea","pages":120}""",
            async client => await client.RetrieveDocument("books", "a b", BookJson.Default.Book, Now), OldMan),
        ["delete a document"] = new("DELETE /collections/books/documents/b1", 200,
            """{"id":"b1","title":"The Old Man and the Sea","pages":120}""",
            async client => await client.DeleteDocument("books", "b1", BookJson.Default.Book, Now), OldMan),
        ["delete by filter"] = new("DELETE /collections/books/documents", 200, """{"num_deleted":2}""",
            async client => await client.DeleteDocuments("books", TypesenseFilter.AnyOf("id", ["b1", "b2"]), Now), 2),
        ["export"] = new("GET /collections/books/documents/export", 200,
            "{\"id\":\"b1\",\"title\":\"x\",\"pages\":1}\n{\"id\":\"b2\",\"title\":\"y\",\"pages\":2}",
            async client => string.Join(',', await client
                .ExportDocuments("books", "id,title,pages", "pages:>0", BookJson.Default.Book, Now)
                .Select(book => book.Id).ToListAsync(Now)), "b1,b2", Lines),
        ["search"] = new("GET /collections/books/documents/search", 200, Found,
            async client => (await client.Search("books", Everything, BookJson.Default.SearchResultBook, Now))
                .Hits!.Single().Document,
            OldMan),
        ["search many"] = new("POST /multi_search", 200,
            $$"""{"results":[{{Found}},{"code":404,"error":"Collection not found"}]}""",
            async client => string.Join(',', (await client.MultiSearch(
                [Everything, new() { Collection = "gone", Q = "*", Offset = 3, Limit = 2 }],
                BookJson.Default.MultiSearchResultBook,
                Now))
                .Select(result => result.Code?.ToString(Invariant) ?? result.FacetCounts![0].Counts[0].Value)), "thin,404"),
        ["put synonyms"] = new("PUT /synonym_sets/words", 200,
            """{"name":"words","items":[{"id":"1","synonyms":["sofa","couch"]},{"id":"2","root":"tv","synonyms":["television"]}]}""",
            async client => (await client.UpsertSynonymSet("words",
                [new() { Id = "1", Synonyms = ["sofa", "couch"] }, new() { Id = "2", Root = "tv", Synonyms = ["television"] }],
                Now)).Items[1].Root, "tv"),
        ["get synonyms"] = new("GET /synonym_sets/words", 200,
            """{"name":"words","items":[{"id":"1","synonyms":["sofa","couch"]}]}""",
            async client => (await client.RetrieveSynonymSet("words", Now)).Items.Single().Synonyms.Count, 2),
        ["list synonyms"] = new("GET /synonym_sets", 200, """[{"name":"words","items":[]}]""",
            async client => (await client.RetrieveSynonymSets(Now)).Single().Name, "words"),
        ["delete synonyms"] = new("DELETE /synonym_sets/words", 200, """{"name":"words"}""",
            async client => { await client.DeleteSynonymSet("words", Now); return null; }),
        ["make a key"] = new("POST /keys", 201,
            """
            {"id":1,"actions":["documents:search"],"collections":["books"],"description":"readers","value":"abcd1234",
             "expires_at":64723363199}
            """,
            async client => (await client.CreateKey(
                new()
                {
                    Description = "readers",
                    Actions = ["documents:search"],
                    Collections = ["books"],
                    Value = "abcd1234",
                    ExpiresAt = 64723363199,
                },
                Now)).Value, "abcd1234"),
        ["list keys"] = new("GET /keys", 200,
            """
            {"keys":[{"id":1,"actions":["documents:search"],"collections":["books"],"description":"readers",
             "value_prefix":"abcd"}]}
            """,
            async client => (await client.ListKeys(Now)).Single().ValuePrefix, "abcd"),
        ["delete a key"] = new("DELETE /keys/1", 200, """{"id":1}""",
            async client => { await client.DeleteKey(1, Now); return null; }),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    private static System.Globalization.CultureInfo Invariant => System.Globalization.CultureInfo.InvariantCulture;

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_client_sends_one_request_and_understands_the_answer(string name)
    {
        var expected = Cases[name];
        var (exchange, result) = await Run(expected);
        Assert.Equal((expected.Request, expected.Result), (exchange.ToString(), result));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Request_and_answer_are_as_described(string name)
    {
        var spec = await ApiSpec.Get();
        var (exchange, _) = await Run(Cases[name]);
        Assert.Equal("", string.Join('\n', spec.Violations(exchange)));
    }

    [Theory]
    [InlineData(400, typeof(TypesenseApiBadRequestException))]
    [InlineData(401, typeof(TypesenseApiUnauthorizedException))]
    [InlineData(404, typeof(TypesenseApiNotFoundException))]
    [InlineData(409, typeof(TypesenseApiConflictException))]
    [InlineData(422, typeof(TypesenseApiUnprocessableEntityException))]
    [InlineData(503, typeof(TypesenseApiServiceUnavailableException))]
    public async Task A_refusal_is_told_by_its_kind_and_in_the_words_of_the_server(int status, Type kind)
    {
        await using var server = await ScriptedServer.Start(new Reply(status, """{"message":"It cannot be."}"""));
        using var client = Clients.Of(server.Address);
        var refusal = await Assert.ThrowsAsync(kind, () => client.CreateCollection(Schema, Now));
        Assert.Equal("It cannot be.", refusal.Message);
    }

    private static async Task<(Exchange Exchange, object? Result)> Run(Case one)
    {
        await using var server = await ScriptedServer.Start(new Reply(one.Status, one.Answer, one.Type));
        using var client = Clients.Of(server.Address);
        var result = await one.Call(client);
        return (Assert.Single(server.Exchanges), result);
    }
}
