using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace Shop.Api.Http;

/// <summary>The section <c>Proxies</c> of the configuration.</summary>
internal sealed class ProxyOptions
{
    /// <summary>
    /// The networks of the proxies in front, such as <c>10.0.0.0/8</c>, apart by commas: what they say of the client's
    /// address and scheme is believed. None by default, and nobody is believed.
    /// </summary>
    public string? Networks { get; init; }

    internal IReadOnlyList<string> List => (Networks ?? "").Split(
        [',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    internal bool IsValid => List.All(network => IPNetwork.TryParse(network, out _));
}

internal static class Proxies
{
    public static void AddProxies(this WebApplicationBuilder builder) =>
        builder.Services.AddOptions<ProxyOptions>().BindConfiguration("Proxies")
            .Validate(options => options.IsValid, "Proxies:Networks must be networks such as 10.0.0.0/8.")
            .ValidateOnStart();

    public static void UseProxies(this WebApplication app)
    {
        var proxies = app.Configuration.GetSection("Proxies").Get<ProxyOptions>() ?? new ProxyOptions();
        if (proxies.List.Count == 0 || !proxies.IsValid) return;
        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
            ForwardLimit = null,
        };
        options.KnownIPNetworks.Clear();
        options.KnownProxies.Clear();
        foreach (var network in proxies.List) options.KnownIPNetworks.Add(IPNetwork.Parse(network));
        app.UseForwardedHeaders(options);
    }
}
