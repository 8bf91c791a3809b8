using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;

namespace Shop.Api.Http;

/// <summary>
/// A guest's session: a cookie with 128 random bits and an end, which cannot be forged or read. One that was tampered
/// with or has ended counts as none. It lasts a week from its last use, give or take a day.
/// </summary>
internal sealed class GuestSessions(IDataProtectionProvider protection, TimeProvider time)
{
    public const string Cookie = "shop_session";

    private const int IdBytes = 16;
    private const int LongestCookie = 512;

    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);
    private static readonly TimeSpan RenewedBelow = TimeSpan.FromDays(6);

    private readonly IDataProtector _protector = protection.CreateProtector("guest session");

    /// <returns>The owner; null if there is no session.</returns>
    public string? Read(HttpContext context)
    {
        if (!context.Request.Cookies.TryGetValue(Cookie, out var value) || Open(value) is not { } session) return null;
        var left = TimeSpan.FromSeconds(BinaryPrimitives.ReadInt64BigEndian(session.AsSpan(IdBytes))
            - time.GetUtcNow().ToUnixTimeSeconds());
        if (left <= TimeSpan.Zero) return null;
        if (left < RenewedBelow) Send(context, session.AsSpan(0, IdBytes));
        return Owner(session.AsSpan(0, IdBytes));
    }

    /// <summary>Begins a session, and sends its cookie with the answer.</summary>
    /// <returns>The owner.</returns>
    public string Issue(HttpContext context)
    {
        Span<byte> id = stackalloc byte[IdBytes];
        RandomNumberGenerator.Fill(id);
        Send(context, id);
        return Owner(id);
    }

    private static string Owner(ReadOnlySpan<byte> id) => "guest:" + Convert.ToHexStringLower(id);

    private void Send(HttpContext context, ReadOnlySpan<byte> id)
    {
        var session = new byte[IdBytes + sizeof(long)];
        id.CopyTo(session);
        BinaryPrimitives.WriteInt64BigEndian(
            session.AsSpan(IdBytes), time.GetUtcNow().Add(Lifetime).ToUnixTimeSeconds());
        var value = WebEncoders.Base64UrlEncode(_protector.Protect(session));
        context.Response.Cookies.Append(Cookie, value, new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            // A proxy in front may speak plain HTTP to us: the browser's address tells.
            Secure = context.Request.IsHttps || !Loopback.IsHost(context.Request.Host),
            Path = "/",
            MaxAge = Lifetime,
        });
    }

    private byte[]? Open(string value)
    {
        if (value.Length > LongestCookie) return null;
        try
        {
            return _protector.Unprotect(WebEncoders.Base64UrlDecode(value)) is { Length: IdBytes + sizeof(long) } session
                ? session : null;
        }
        catch (FormatException)
        {
            return null;
        }
        catch (CryptographicException exception) when (!Failures.IsOfDependency(exception))
        {
            return null;
        }
    }
}
