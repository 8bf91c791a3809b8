using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using Shop.Api.Http;

namespace Shop.Api.RateLimiting;

/// <summary>Routes that share a quota.</summary>
internal enum RateGroup
{
    /// <summary>What asks who is calling, and says nothing else.</summary>
    Others,
    Cart,
    Checkout,
    Orders,
    LogIn,
    Register,
    Refresh,
    Search,
    Webhooks,

    /// <summary>What is the same for everyone.</summary>
    Documents,
}

/// <summary>On a route: the group whose quota it has.</summary>
internal sealed record RateLimited(RateGroup Group);

/// <summary>
/// The quotas, and who is counted by what. Pages of the catalogue have none: a cache stands before them, and they cost
/// next to nothing. What a search finds may be kept by a cache as well, so that its answer tells of no quota.
/// </summary>
internal sealed class RateLimits(IOptions<RateLimitOptions> options, LocalCounts local, SharedCounts shared)
{
    private readonly Quota _network = new("network", options.Value.PerNetwork);
    private readonly Quota _others = new("caller", options.Value.PerCaller);
    private readonly Quota _cart = new("cart", options.Value.Cart);
    private readonly Quota _checkout = new("checkout", options.Value.Checkout, IsShared: true);
    private readonly Quota _checkoutOfNetwork = new("checkout-network", options.Value.CheckoutPerNetwork);
    private readonly Quota _search = new("search", options.Value.Search);
    private readonly Quota _webhooks = new("webhooks", options.Value.Webhooks);
    private readonly Quota _orders = new("orders", options.Value.Orders);
    private readonly Quota _logIn = new("log-in", options.Value.LogIn, IsShared: true);
    private readonly Quota _account = new("account", options.Value.LogInToAccount, IsShared: true);
    private readonly Quota _register = new("register", options.Value.Register, IsShared: true);
    private readonly Quota _refresh = new("refresh", options.Value.Refresh, IsShared: true);

    /// <returns>Null for routes that have no quota.</returns>
    public static RateGroup? GroupOf(EndpointMetadataCollection route) =>
        route.GetMetadata<RateLimited>()?.Group
            ?? (route.GetMetadata<IAuthorizeData>() is null && route.GetMetadata<AuthorizationPolicy>() is null
                ? null : RateGroup.Others);

    /// <summary>Whether answers tell what is left. Not those that a cache may give to others.</summary>
    public static bool Tells(RateGroup group) => group is not (RateGroup.Search or RateGroup.Documents);

    /// <summary>Counts a request by where it comes from.</summary>
    /// <returns>The refusal, if it is over.</returns>
    public async ValueTask<ProblemResult?> CountNetwork(HttpContext context, RateGroup group)
    {
        var count = await Count(QuotaOfNetwork(group), Network.Of(context));
        return count.IsWithin && !Tells(group) ? null : Tell(context, count);
    }

    /// <summary>Counts a request by who calls. One without a token or a session is counted by its network alone.</summary>
    /// <returns>The refusal, if it is over.</returns>
    public async ValueTask<ProblemResult?> CountCaller(HttpContext context, RateGroup group) =>
        QuotaOfCaller(group) is { } quota && Caller.Of(context).Owner is { } owner
            ? Tell(context, await Count(quota, owner))
            : null;

    /// <summary>Counts an attempt to log in by its account, which nobody who reads the keys can tell.</summary>
    /// <param name="context">Of the attempt.</param>
    /// <param name="name">The account's, normalised: each of its spellings is counted as the same.</param>
    /// <returns>The refusal, if it is over.</returns>
    public async ValueTask<ProblemResult?> CountAccount(HttpContext context, string name)
    {
        var account = $"{Network.Of(context)} {name}";
        var key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(account)).AsSpan(0, 16));
        return Tell(context, await Count(_account, key));
    }

    private ValueTask<Count> Count(Quota quota, string key) =>
        quota.IsShared ? shared.Count(quota, key) : ValueTask.FromResult(local.Count(quota, key));

    private static ProblemResult? Tell(HttpContext context, Count count)
    {
        var headers = context.Response.Headers;
        headers["RateLimit-Policy"] = Join(headers["RateLimit-Policy"], count.Quota.Policy);
        headers["RateLimit"] = Join(headers["RateLimit"], count.Field);
        return count.IsWithin ? null : Problems.RateLimited(count.ResetSeconds);
    }

    private static string Join(string? before, string field) => before is null ? field : $"{before}, {field}";

    private Quota QuotaOfNetwork(RateGroup group) => group switch
    {
        RateGroup.LogIn => _logIn,
        RateGroup.Register => _register,
        RateGroup.Refresh => _refresh,
        RateGroup.Checkout => _checkoutOfNetwork,
        RateGroup.Search => _search,
        RateGroup.Webhooks => _webhooks,
        _ => _network,
    };

    private Quota? QuotaOfCaller(RateGroup group) => group switch
    {
        RateGroup.Others => _others,
        RateGroup.Cart => _cart,
        RateGroup.Checkout => _checkout,
        RateGroup.Orders => _orders,
        _ => null,
    };
}
