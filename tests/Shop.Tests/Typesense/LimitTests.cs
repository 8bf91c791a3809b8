using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Shop.Typesense;
using Xunit;

namespace Shop.Tests.Typesense;

/// <summary>Everything that could grow has a limit, and wrong settings are told before anything is sent.</summary>
public sealed class LimitTests
{
    private const string Lines = "application/octet-stream";

    private static readonly Book[] Books =
        [.. Enumerable.Range(1, 5).Select(number => new Book($"b{number}", new string('t', 400), number))];

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(2, 1_000_000, "b1 b2|b3 b4|b5")]
    [InlineData(500, 1_024, "b1 b2|b3 b4|b5")]
    [InlineData(500, 1_000_000, "b1 b2 b3 b4 b5")]
    public async Task An_import_goes_in_requests_of_limited_size(int documents, int bytes, string expected)
    {
        await using var server = await ScriptedServer.Start((request, _) => Task.FromResult(
            new Reply(200, string.Join('\n', Ids(request.Body).Select(_ => """{"success":true}""")), Lines)));
        using var client = Client(server.Address, documents, bytes);
        var results = await client.ImportDocuments("books", Books, BookJson.Default.Book, ImportAction.Upsert, Now);
        Assert.Equal(
            (5, expected), (results.Count, string.Join('|', server.Exchanges.Select(one => string.Join(' ', Ids(one.Body))))));
    }

    [Fact]
    public async Task An_import_that_is_answered_by_too_few_lines_has_failed()
    {
        await using var server = await ScriptedServer.Start(new Reply(200, """{"success":true}""", Lines));
        using var client = Clients.Of(server.Address);
        await Assert.ThrowsAsync<TypesenseException>(
            () => client.ImportDocuments("books", Books, BookJson.Default.Book, ImportAction.Upsert, Now));
    }

    [Fact]
    public async Task An_answer_that_is_too_large_is_not_taken()
    {
        await using var server = await ScriptedServer.Start(
            new Reply(200, $$"""{"aliases":[], "x":"{{new string('x', 5_000)}}"}"""));
        using var client = Client(server.Address, 1, 1_024, answer: 4_096);
        await Assert.ThrowsAsync<TypesenseException>(() => client.ListCollectionAliases(Now));
        Assert.Single(server.Exchanges);
    }

    [Fact]
    public async Task An_answer_that_is_not_what_it_should_be_is_a_fault()
    {
        await using var server = await ScriptedServer.Start(new Reply(200, """{"collections":[]}"""));
        using var client = Clients.Of(server.Address);
        await Assert.ThrowsAsync<TypesenseException>(() => client.RetrieveCollection("books", Now));
    }

    [Fact]
    public async Task The_key_does_not_follow_a_redirection()
    {
        await using var elsewhere = await ScriptedServer.Start(new Reply(200, """{"aliases":[]}"""));
        await using var server = await ScriptedServer.Start(new Reply(302, "{}"));
        using var client = Clients.Of(server.Address);
        await Assert.ThrowsAsync<TypesenseApiException>(() => client.ListCollectionAliases(Now));
        Assert.Empty(elsewhere.Exchanges);
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    public async Task A_name_that_no_address_can_say_is_not_sent(string name)
    {
        using var client = Clients.Of(new Uri("http://127.0.0.1:1"));
        await Assert.ThrowsAsync<ArgumentException>(() => client.DeleteCollection(name, Now));
    }

    [Theory]
    [InlineData("a b", "`a b`")]
    [InlineData("x], price:<1 || [y", "`x], price:<1 || [y`")]
    [InlineData("a` || b:=`c", "`a' || b:='c`")]
    public void A_value_cannot_leave_its_quotes(string value, string expected) =>
        Assert.Equal(expected, TypesenseFilter.Literal(value));

    [Theory]
    [InlineData("", "key", "00:00:01")]
    [InlineData("localhost:8108", "key", "00:00:01")]
    [InlineData("ftp://localhost", "key", "00:00:01")]
    [InlineData("http://user:password@localhost", "key", "00:00:01")]
    [InlineData("http://localhost,", "", "00:00:01")]
    [InlineData("http://localhost", "two words", "00:00:01")]
    [InlineData("http://localhost", "key", "00:00:00")]
    public void A_wrong_setting_is_told(string nodes, string key, string timeout)
    {
        var options = new TypesenseOptions
        {
            Nodes = nodes,
            ApiKey = key,
            Timeout = TimeSpan.Parse(timeout, System.Globalization.CultureInfo.InvariantCulture),
        };
        Assert.False(Validator.TryValidateObject(options, new(options), [], validateAllProperties: true));
    }

    [Fact]
    public void Several_nodes_stand_in_one_setting()
    {
        var options = new TypesenseOptions { Nodes = "http://a:8108, https://b:8108/typesense", ApiKey = "key" };
        Assert.True(Validator.TryValidateObject(options, new(options), [], validateAllProperties: true));
    }

    private static IEnumerable<string> Ids(string lines) => lines.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => System.Text.Json.JsonSerializer.Deserialize(line, BookJson.Default.Book)!.Id);

    private static TypesenseClient Client(Uri node, int documents, int bytes, int answer = 1_000_000) => new(
        Options.Create(new TypesenseOptions
        {
            Nodes = node.ToString(),
            ApiKey = Clients.ApiKey,
            ImportDocuments = documents,
            ImportBytes = bytes,
            AnswerBytes = answer,
        }),
        TimeProvider.System,
        NullLogger<TypesenseClient>.Instance);
}
