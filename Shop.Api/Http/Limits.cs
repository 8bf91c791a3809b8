using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Shop.Api.Http;

/// <summary>What one client may send, and how many at once.</summary>
internal static class Limits
{
    public const int BodyBytes = 64 * 1024;
    public const int QueryCharacters = 2_048;
    public const int QueryParameters = 32;

    public static void Apply(KestrelServerOptions kestrel)
    {
        var limits = kestrel.Limits;
        limits.MaxRequestBodySize = BodyBytes;
        limits.MaxRequestLineSize = 8 * 1024;
        limits.MaxRequestHeadersTotalSize = 16 * 1024;
        limits.MaxRequestHeaderCount = 64;
        limits.MaxConcurrentConnections = 10_000;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
    }
}
