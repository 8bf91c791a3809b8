using System.Net;
using System.Net.Sockets;

namespace Shop.Api.RateLimiting;

/// <summary>Where a request comes from, as coarse as addresses are given out: one of IPv4, a /64 of IPv6.</summary>
internal static class Network
{
    private const int PrefixBytes = 8;

    public static string Of(HttpContext context) => Of(context.Connection.RemoteIpAddress);

    public static string Of(IPAddress? address)
    {
        if (address is null) return "unknown";
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? Convert.ToHexStringLower(address.GetAddressBytes().AsSpan(0, PrefixBytes))
            : address.ToString();
    }
}
