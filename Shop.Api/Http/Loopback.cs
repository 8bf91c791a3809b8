using System.Net;

namespace Shop.Api.Http;

/// <summary>Whether a client speaks to its own machine, where plain HTTP is as good as any.</summary>
internal static class Loopback
{
    public static bool IsHost(HostString host)
    {
        var name = host.Host.TrimEnd('.').Trim('[', ']');
        return name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(name, out var address) && IPAddress.IsLoopback(address));
    }
}
