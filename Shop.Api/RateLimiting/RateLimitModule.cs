using Shop.Api.Http;

namespace Shop.Api.RateLimiting;

internal static class RateLimitModule
{
    public static void AddRateLimits(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<RateLimitOptions>().BindConfiguration("RateLimits")
            .ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<LocalCounts>();
        builder.Services.AddSingleton<SharedCounts>();
        builder.Services.AddSingleton<RateLimits>();
    }

    /// <summary>Before anyone's token is looked at.</summary>
    public static void UseNetworkLimits(this WebApplication app) =>
        Use(app, static (limits, context, group) => limits.CountNetwork(context, group));

    /// <summary>When it is known who is calling.</summary>
    public static void UseCallerLimits(this WebApplication app) =>
        Use(app, static (limits, context, group) => limits.CountCaller(context, group));

    /// <summary>Gives a route, or a group of them, a quota of its own.</summary>
    public static TBuilder Limited<TBuilder>(this TBuilder route, RateGroup group)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new RateLimited(group));

    private static void Use(
        WebApplication app, Func<RateLimits, HttpContext, RateGroup, ValueTask<ProblemResult?>> count)
    {
        app.Use((context, next) =>
            context.GetEndpoint() is { } route && RateLimits.GroupOf(route.Metadata) is { } group
                ? Counted(context, group, next)
                : next(context));

        async Task Counted(HttpContext context, RateGroup group, RequestDelegate next)
        {
            var limits = context.RequestServices.GetRequiredService<RateLimits>();
            if (await count(limits, context, group) is { } refusal) await refusal.ExecuteAsync(context);
            else await next(context);
        }
    }
}
