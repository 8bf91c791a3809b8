using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Shop.Workers.Search;
using Xunit;

namespace Shop.Tests.Typesense;

/// <summary>The verb that makes a key for each role, against a stand-in.</summary>
public sealed class TypesenseKeysTests
{
    private const string Admin = "the-key-of-the-server-itself";
    private const string Search = "search-1111-1111-1111";
    private const string Index = "index-2222-2222-2222";

    [Fact]
    public async Task It_makes_a_key_for_each_role()
    {
        await using var server = await StandIn.Start();
        await Run(server, Search, Index);
        Assert.Equal([Search, Index], server.Keys.Select(key => (string)key["value"]!));
    }

    [Fact]
    public async Task The_key_of_the_api_may_search_the_products_and_nothing_else()
    {
        await using var server = await StandIn.Start();
        await Run(server, Search, Index);
        var key = server.Keys.Single(key => (string)key["value"]! == Search);
        Assert.Equal("""["documents:search"]""", key["actions"]!.ToJsonString());
        Assert.Equal("""["products","products_.*"]""", key["collections"]!.ToJsonString());
    }

    [Fact]
    public async Task Keys_are_asked_for_with_the_key_of_the_server()
    {
        await using var server = await StandIn.Start();
        await Run(server, Search, Index);
        Assert.All(server.Exchanges, exchange => Assert.Equal(Admin, exchange.ApiKey));
    }

    [Fact]
    public async Task Running_it_again_changes_nothing()
    {
        await using var server = await StandIn.Start();
        await Run(server, Search, Index);
        await Run(server, Search, Index);
        Assert.Equal([1L, 2L], server.Keys.Select(key => (long)key["id"]!));
    }

    [Fact]
    public async Task A_new_value_makes_a_new_key_and_the_old_one_goes_after_it()
    {
        await using var server = await StandIn.Start();
        await Run(server, Search, Index);
        await Run(server, "search-3333-3333-3333", Index);
        Assert.Equal([Index, "search-3333-3333-3333"], server.Keys.Select(key => (string)key["value"]!));
        Assert.Equal(["POST /keys", "DELETE /keys/1", "POST /keys"], server.Changes.Skip(2));
    }

    [Fact]
    public async Task It_tells_no_key()
    {
        await using var server = await StandIn.Start();
        var (_, output) = await Run(server, Search, Index);
        Assert.DoesNotContain(new[] { Admin, Search, Index }, key => output.Contains(key, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("short")]
    [InlineData(Index)]
    [InlineData("a-key-of-more-than-32-characters-")]
    public async Task A_value_that_can_be_no_key_is_refused_before_anything_is_sent(string search)
    {
        await using var server = await StandIn.Start();
        var (code, _) = await Run(server, search, Index);
        Assert.Equal((TypesenseKeysCommand.Failed, 0), (code, server.Exchanges.Count));
    }

    [Fact]
    public async Task All_that_it_asks_for_is_as_described()
    {
        var spec = await ApiSpec.Get();
        await using var server = await StandIn.Start();
        await Run(server, Search, Index);
        await Run(server, "search-3333-3333-3333", Index);
        Assert.Equal("", string.Join('\n', server.Exchanges.SelectMany(spec.Violations).Distinct()));
    }

    private static async Task<(int Code, string Output)> Run(StandIn server, string search, string index)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Typesense:Nodes"] = server.Address.ToString(),
            ["Typesense:ApiKey"] = index,
            ["Typesense:AdminKey"] = Admin,
            ["Typesense:SearchKey"] = search,
        }).Build());
        services.AddLogging();
        services.AddSingleton(TimeProvider.System);
        services.AddTypesenseIndex();
        await using var provider = services.BuildServiceProvider();
        await using var output = new StringWriter();
        return (await TypesenseKeysCommand.Run(provider, output), output.ToString());
    }
}
