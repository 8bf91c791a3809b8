using System.Collections.Frozen;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Shop.Load;

/// <summary>
/// What the shop's product pages are measured against: an ASP.NET Core application without any middleware that answers
/// with the same bytes, from memory (<c>/memory/{sku}</c>) or with one Redis GET for each request (<c>/redis/{sku}</c>).
/// It ends with its standard input.
/// </summary>
internal static class Yardstick
{
    private const string Prefix = "shop-bench-yardstick:";
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(30);

    /// <summary>Reads SKUs, one a line up to an empty one, takes their pages from the API, and says where it listens.</summary>
    public static async Task<int> Run(Uri api, string redisAddress, CancellationToken cancellationToken)
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(redisAddress);
        var database = redis.GetDatabase();
        var pages = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        using var http = new HttpClient { BaseAddress = api };
        while (await Console.In.ReadLineAsync(cancellationToken) is { Length: > 0 } sku)
        {
            pages[sku] = await http.GetByteArrayAsync(new Uri($"/products/{sku}", UriKind.Relative), cancellationToken);
            await database.StringSetAsync(Prefix + sku, pages[sku], Kept);
        }

        await using var app = Build(pages.ToFrozenDictionary(StringComparer.Ordinal), database);
        await app.StartAsync(cancellationToken);
        Console.WriteLine(app.Urls.Single());
        await Console.In.ReadToEndAsync(cancellationToken);
        await app.StopAsync(cancellationToken);
        foreach (var sku in pages.Keys) await database.KeyDeleteAsync(Prefix + sku);
        return 0;
    }

    private static WebApplication Build(FrozenDictionary<string, byte[]> pages, IDatabase database)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        var app = builder.Build();
        app.MapGet("/memory/{sku}", context => Write(context, pages[Sku(context)]));
        app.MapGet("/redis/{sku}", async context =>
            await Write(context, (byte[])(await database.StringGetAsync(Prefix + Sku(context)))!));
        return app;
    }

    private static string Sku(HttpContext context) => (string)context.GetRouteValue("sku")!;

    private static Task Write(HttpContext context, byte[] page)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = page.Length;
        var writing = context.Response.BodyWriter.WriteAsync(page);
        return writing.IsCompletedSuccessfully ? Task.CompletedTask : writing.AsTask();
    }
}
