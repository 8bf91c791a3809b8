using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Shop.Api.Catalog;
using Shop.Api.RateLimiting;
using Shop.Api.Requests;

namespace Shop.Api.Http;

/// <summary>What every route has: limits, JSON, problems, and who is calling.</summary>
internal static class HttpModule
{
    public static void AddHttp(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        builder.WebHost.ConfigureKestrel(Limits.Apply);
        // The thread of the pool that hears of a request answers it, and sends the answer, in place of three that wake each
        // other. No route waits but asynchronously, and what one computes keeps but its own connection.
        services.Configure<SocketTransportOptions>(sockets => sockets.UnsafePreferInlineScheduling = true);
        services.ConfigureHttpJsonOptions(json => ShopJson.BeStrict(json.SerializerOptions));
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        builder.AddProxies();
        builder.AddCrossOrigin();
        builder.AddCallers();
        builder.AddRateLimits();
        services.AddSingleton<GuestSessions>();
        services.AddDataProtection().SetApplicationName("shop").PersistKeysToDbContext<RequestsDbContext>();
        // With a log of its own the framework begins an activity for each request; see TraceContext.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        // The keys lie beside the requests that they protect, in clear: whoever reads the one can read the other.
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
    }

    /// <summary>Only routes with a policy find out who is calling, and only those have quotas.</summary>
    public static void UseHttp(this WebApplication app)
    {
        app.UseProxies();
        app.UseMiddleware<WarmPages>();
        app.UseMiddleware<TraceContext>();
        app.UseMiddleware<Failures>();
        // Before all that answers: what form refuses, and routing, which answers what is short-circuited at once.
        app.UseCrossOrigin();
        app.UseMiddleware<RequestForm>();
        app.UseRouting();
        app.UseNetworkLimits();
        // Said here, or the framework puts it before everything.
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseCallerLimits();
    }
}
