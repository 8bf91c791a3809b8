using Xunit;

namespace Shop.Tests.Typesense;

/// <summary>What holds the client to the description notices what is wrong.</summary>
public sealed class ApiSpecTests
{
    private static readonly Exchange Right = new()
    {
        Method = "PUT",
        Path = "/aliases/books",
        ApiKey = "key",
        ContentType = "application/json",
        Body = """{"collection_name":"books_1"}""",
        Answer = """{"name":"books","collection_name":"books_1"}""",
    };

    private static readonly Exchange Search = new()
    {
        Method = "POST",
        Path = "/multi_search",
        ApiKey = "key",
        ContentType = "application/json",
        Body = """{"searches":[{"collection":"books","q":"*"}]}""",
        Answer = """{"results":[]}""",
    };

    private static readonly Dictionary<string, (Exchange Exchange, string Fault)> Wrong = new()
    {
        ["method"] = (Right with { Method = "POST" }, "There is no POST"),
        ["path"] = (Right with { Path = "/alias/books" }, "There is no PUT"),
        ["key"] = (Right with { ApiKey = null }, "no key"),
        ["parameter"] = (Right with { Query = [new("force", "true")] }, "force"),
        ["parameter's value"] = (new()
        {
            Method = "POST",
            Path = "/collections/books/documents/import",
            ApiKey = "key",
            Query = [new("action", "replace")],
            ContentType = "application/octet-stream",
            Body = "{}",
            Answer = "{}",
            AnswerType = "application/octet-stream",
        }, "action is replace"),
        ["parameter's type"] =
            (new() { Method = "DELETE", Path = "/keys/abc", ApiKey = "key", Answer = """{"id":1}""" }, "keyId is abc"),
        ["type of the body"] = (Right with { ContentType = "text/plain" }, "text/plain"),
        ["missing body"] =
            (Search with { Method = "POST", Path = "/collections", Body = "", Answer = "{}" }, "There is to be a body"),
        ["missing property"] = (Right with { Body = "{}" }, "collection_name"),
        ["type of a property"] = (Right with { Body = """{"collection_name":1}""" }, "StringExpected"),
        ["type of a nested property"] =
            (Search with { Body = """{"searches":[{"collection":"books","per_page":"ten"}]}""" }, "IntegerExpected"),
        ["unknown property"] = (Right with { Body = """{"collection_name":"books_1","force":true}""" }, "force is unknown"),
        ["unknown nested property"] =
            (Search with { Body = """{"searches":[{"collection":"books","queryBy":"title"}]}""" }, "searches[0].queryBy is unknown"),
        ["answer"] = (Right with { Answer = """{"name":"books"}""" }, "collection_name"),
        ["status"] = (Right with { Status = 201 }, "There is no status 201"),
        ["words of a refusal"] = (Right with { Status = 404, Answer = """{"error":"gone"}""" }, "message"),
    };

    public static TheoryData<string> Kinds => [.. Wrong.Keys];

    [Fact]
    public async Task It_is_the_version_that_the_client_speaks() => Assert.Equal("30.0", (await ApiSpec.Get()).Version);

    [Fact]
    public async Task What_is_right_passes()
    {
        var spec = await ApiSpec.Get();
        Assert.Empty(spec.Violations(Right).Concat(spec.Violations(Search)));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_wrong_one_is_caught(string kind)
    {
        var (exchange, fault) = Wrong[kind];
        Assert.Contains((await ApiSpec.Get()).Violations(exchange), one => one.Contains(fault, StringComparison.Ordinal));
    }
}
