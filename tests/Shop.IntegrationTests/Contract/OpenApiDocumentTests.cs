using System.Text.Json;
using Xunit;

namespace Shop.IntegrationTests.Contract;

/// <summary>The OpenAPI document is a product: it is complete, clean, and enough to write a client from.</summary>
[Collection(ShopCollection.Name)]
public sealed class OpenApiDocumentTests(ShopProcesses shop)
{
    private static readonly string[] WithoutExamples = ["text/event-stream"];

    [Fact]
    public async Task It_is_of_version_3_1()
    {
        using var document = await Document();
        Assert.StartsWith("3.1.", document.RootElement.GetProperty("openapi").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_operation_shows_an_example_of_what_it_takes_and_of_what_it_answers()
    {
        using var document = await Document();
        Assert.Equal("", string.Join('\n', Operation.All(document).SelectMany(operation =>
            operation.Contents().Where(content => !WithoutExamples.Contains(content.MediaType))
                .Where(content => !content.Value.TryGetProperty("example", out _)
                    && !content.Value.TryGetProperty("examples", out _))
                .Select(content => $"{operation} {content.Where} has no example"))));
    }

    [Fact]
    public async Task Every_operation_tells_its_refusals()
    {
        using var document = await Document();
        Assert.Equal("", string.Join('\n', Operation.All(document)
            .Where(operation => !operation.Responses().Any(response => response.Status is >= 400))
            .Select(operation => $"{operation} has no error response")));
    }

    [Fact]
    public async Task The_linter_finds_nothing()
    {
        await File.WriteAllTextAsync(Path.Combine(NodeTool.Folder, "openapi.json"), await Text(), Cancellation);
        await NodeTool.Run("spectral", "lint", "openapi.json", "--ruleset", "spectral.yaml", "--fail-severity", "hint");
    }

    [Fact]
    public async Task A_generated_client_browses_buys_and_follows_its_order()
    {
        await File.WriteAllTextAsync(Path.Combine(NodeTool.Folder, "openapi.json"), await Text(), Cancellation);
        await NodeTool.Run("openapi-typescript", "openapi.json", "--output", "schema.d.ts");
        await NodeTool.Run("tsc", "--project", "tsconfig.json");
        var said = await NodeTool.Node("out/buy.js", shop.Api.Address.GetLeftPart(UriPartial.Authority));
        Assert.EndsWith(" CONFIRMED", said.Trim(), StringComparison.Ordinal);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Task<string> Text() => shop.Http.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative), Cancellation);

    private async Task<JsonDocument> Document() => JsonDocument.Parse(await Text());
}
