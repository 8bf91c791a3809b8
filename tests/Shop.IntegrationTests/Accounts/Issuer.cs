using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Shop.IntegrationTests.Accounts;

/// <summary>An OpenID Connect issuer that publishes its metadata and its keys, and signs what the tests want.</summary>
internal sealed class Issuer : IAsyncDisposable
{
    public const string Audience = "shop-of-the-tests";

    private readonly WebApplication _app;
    private readonly List<RsaSecurityKey> _published = [NewKey()];

    private Issuer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.MapGet("/.well-known/openid-configuration", () => Results.Json(new
        {
            issuer = Address,
            jwks_uri = $"{Address}/keys",
            authorization_endpoint = $"{Address}/authorize",
            token_endpoint = $"{Address}/token",
            id_token_signing_alg_values_supported = new[] { "RS256" },
            response_types_supported = new[] { "code" },
            subject_types_supported = new[] { "public" },
        }));
        _app.MapGet("/keys", () => Results.Json(new { keys = _published.Select(Publish) }));
    }

    /// <summary>Which is also its name.</summary>
    public string Address => _app.Urls.First();

    public RsaSecurityKey Key => _published[^1];

    public static async Task<Issuer> Start()
    {
        var issuer = new Issuer();
        await issuer._app.StartAsync();
        return issuer;
    }

    public static RsaSecurityKey NewKey() => new(RSA.Create(2048)) { KeyId = Guid.NewGuid().ToString("N") };

    /// <summary>Begins to sign with another key, which it publishes beside the ones before.</summary>
    public void ChangeKey() => _published.Add(NewKey());

    /// <summary>A good token, unless something is changed about it.</summary>
    public string Sign(
        string? subject = "somebody", Action<SecurityTokenDescriptor>? change = null, params (string, object)[] claims)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var token = new SecurityTokenDescriptor
        {
            Issuer = Address,
            Audience = Audience,
            IssuedAt = now,
            NotBefore = now.AddMinutes(-1),
            Expires = now.AddMinutes(5),
            Claims = claims.ToDictionary(claim => claim.Item1, claim => claim.Item2),
            SigningCredentials = new SigningCredentials(Key, SecurityAlgorithms.RsaSha256),
        };
        if (subject is not null) token.Claims["sub"] = subject;
        change?.Invoke(token);
        return new JsonWebTokenHandler().CreateToken(token);
    }

    /// <summary>The key that anyone may read, as a text that could be mistaken for a secret.</summary>
    public byte[] PublicKey => Key.Rsa.ExportSubjectPublicKeyInfo();

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private static object Publish(RsaSecurityKey key)
    {
        var parameters = key.Rsa.ExportParameters(includePrivateParameters: false);
        return new
        {
            kty = "RSA",
            use = "sig",
            alg = "RS256",
            kid = key.KeyId,
            n = Base64UrlEncoder.Encode(parameters.Modulus),
            e = Base64UrlEncoder.Encode(parameters.Exponent),
        };
    }
}
