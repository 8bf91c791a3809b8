using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace Shop.Api.Http;

/// <summary>The section <c>Auth</c> of the configuration: whose tokens are good beside those of accounts.</summary>
internal sealed class AuthOptions
{
    public const int LeastKeyBytes = 32;

    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    /// <summary>For what the verb <c>token</c> prints; without it there are none. A secret: never logged.</summary>
    public string? SigningKey { get; init; }

    /// <summary>An OpenID Connect issuer, by the address that its metadata is below. It replaces the accounts.</summary>
    public string? Authority { get; init; }

    /// <summary>What the issuer's tokens must be made for.</summary>
    public string? Audience { get; init; }

    /// <summary>The claim that tells the issuer's roles; it may be there more than once, or hold a list.</summary>
    public string RoleClaim { get; init; } = "role";

    /// <summary>What the issuer calls those who are <c>ops</c> here.</summary>
    public string OpsRole { get; init; } = "ops";

    /// <summary>What the issuer calls those who are <c>seller</c> here.</summary>
    public string SellerRole { get; init; } = "seller";

    internal bool HasSigningKey => !string.IsNullOrEmpty(SigningKey);

    internal bool IsExternal => !string.IsNullOrEmpty(Authority);

    /// <summary>What is wrong with them, if anything.</summary>
    internal string? Fault
    {
        get
        {
            if (HasSigningKey && Encoding.UTF8.GetByteCount(SigningKey!) < LeastKeyBytes)
                return $"Auth:SigningKey must be at least {LeastKeyBytes} bytes.";
            if (!IsExternal) return null;
            if (string.IsNullOrEmpty(Audience)) return "Auth:Audience must be given with Auth:Authority.";
            return Uri.TryCreate(Authority, UriKind.Absolute, out var address)
                && (address.Scheme == Uri.UriSchemeHttps || address is { Scheme: "http", IsLoopback: true })
                    ? null
                    : "Auth:Authority must be an https address (http on loopback).";
        }
    }

    public SymmetricSecurityKey Key() => new(Encoding.UTF8.GetBytes(SigningKey!));
}
