using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Scalar.AspNetCore;
using Shop.Api.Catalog;
using Shop.Api.Http;
using Shop.Api.RateLimiting;

namespace Shop.Api.OpenApi;

/// <summary>The document of the API, <c>/openapi/v1.json</c>, and a page to browse it.</summary>
internal static class OpenApiModule
{
    private const string Name = "v1";

    public static void AddDocuments(this WebApplicationBuilder builder) => builder.Services.AddOpenApi(Name, document =>
    {
        document.AddOperationTransformer(Answers.Complete);
        document.AddOperationTransformer(Operations.Complete);
        document.AddOperationTransformer(Examples.Show);
        document.AddDocumentTransformer(Describe);
    });

    /// <summary>It is the same for everyone, and made once: to make it costs more than most requests.</summary>
    public static void MapDocuments(this WebApplication app)
    {
        var page = new Lazy<Task<CataloguePage>>(() => Write(app.Services));
        app.MapGet($"/openapi/{Name}.json", async context => await CatalogueAnswer.Send(context, await page.Value))
            .ExcludeFromDescription()
            .Limited(RateGroup.Documents);
        app.MapScalarApiReference(SecurityHeaders.DocumentsPath, page => page.DisableDefaultFonts());
    }

    private static async Task<CataloguePage> Write(IServiceProvider services)
    {
        var document = await services.GetRequiredKeyedService<IOpenApiDocumentProvider>(Name).GetOpenApiDocumentAsync();
        using var stream = new MemoryStream();
        await document.SerializeAsJsonAsync(stream, OpenApiSpecVersion.OpenApi3_1);
        return CataloguePage.Of(stream.ToArray());
    }

    private static readonly Dictionary<string, string> Tags = new(StringComparer.Ordinal)
    {
        ["Accounts"] = "Registering, logging in, and staying logged in.",
        ["Administration"] = "Products, stock, warehouses and sales. Needs the role ops.",
        ["Browse"] = "The catalogue, for anyone. Answers may be cached for a minute.",
        ["Cart"] = "What a caller means to buy. It holds no stock.",
        ["Checkout"] = "Turns a cart into an order, once for each idempotency key.",
        ["Operations"] = "What is stuck, and how it goes on. Needs the role ops.",
        ["Orders"] = "What became of a checkout.",
        ["Sales"] = "The waiting room of a flash sale.",
        ["Webhooks"] = "Signed notifications from others.",
    };

    private static Task Describe(
        OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Shop",
            Version = "1",
            Description = "Browse a catalogue, fill a cart, check out asynchronously and follow the order. Money is in integer "
                + "minor units. Every refusal is an RFC 9457 problem with a stable code.",
            Contact = new OpenApiContact { Name = "Shop's operators", Email = "ops@example.org", Url = new Uri("https://example.org") },
            License = new OpenApiLicense { Name = "MIT", Url = new Uri("https://opensource.org/license/mit") },
        };
        document.Servers = [new OpenApiServer { Url = "/", Description = "Where this document is." }];
        document.Tags = new SortedSet<OpenApiTag>(
            (document.Tags ?? new HashSet<OpenApiTag>()).Select(tag => new OpenApiTag
            {
                Name = tag.Name,
                Description = Tags.GetValueOrDefault(tag.Name ?? ""),
            }), Comparer<OpenApiTag>.Create((a, b) => string.CompareOrdinal(a.Name, b.Name)));
        (document.Components ??= new OpenApiComponents()).SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [Operations.Bearer] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "A token from /auth/login, or from the configured issuer.",
            },
            [Operations.Session] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Cookie,
                Name = GuestSessions.Cookie,
                Description = "A guest's session; the API issues it with the first change of a cart.",
            },
        };
        return Task.CompletedTask;
    }
}
