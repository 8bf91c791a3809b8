using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Shop.Api.Search;
using Shop.Workers.Search;
using Xunit;

namespace Shop.Tests.Typesense;

/// <summary>Which engine a host has is a setting.</summary>
public sealed class TypesenseHostTests
{
    private static readonly Dictionary<string, string?> Complete = new()
    {
        ["Search:Engine"] = "typesense",
        ["Typesense:Nodes"] = "http://127.0.0.1:8108",
        ["Typesense:ApiKey"] = "a-key-of-a-role",
    };

    [Fact]
    public async Task The_api_searches_through_Typesense_when_it_is_told_to()
    {
        await using var app = Api(Complete);
        Assert.IsType<TypesenseSearch>(app.Services.GetRequiredService<ISearchEngine>());
    }

    [Fact]
    public async Task The_workers_fill_Typesense_when_they_are_told_to()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(Complete);
        builder.Services.TryAddSingleton(TimeProvider.System);
        SearchModule.AddSearch(builder);
        await using var app = builder.Build();
        Assert.IsType<TypesenseIndex>(app.Services.GetRequiredService<ISearchIndex>());
    }

    [Theory]
    [InlineData("Typesense:Nodes", "")]
    [InlineData("Typesense:ApiKey", "")]
    [InlineData("Typesense:Attempts", "0")]
    [InlineData("Typesense:NamePrefix", "a/b")]
    public async Task A_wrong_setting_stops_the_host_before_it_listens(string key, string value)
    {
        await using var app = Api(new(Complete) { [key] = value });
        var fault = Assert.Throws<OptionsValidationException>(
            () => app.Services.GetRequiredService<IStartupValidator>().Validate());
        Assert.Contains(key.Split(':')[1], fault.Message, StringComparison.Ordinal);
    }

    private static WebApplication Api(Dictionary<string, string?> settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Services.TryAddSingleton(TimeProvider.System);
        SearchEndpoints.AddSearch(builder);
        return builder.Build();
    }
}
