using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Tokens;
using Shop.Api.Accounts;

namespace Shop.Api.Http;

/// <summary>
/// An OpenID Connect issuer's access tokens, checked by the keys that its metadata names. Of their claims only the
/// subject and the roles that are known here are taken over.
/// </summary>
internal static class ExternalIssuer
{
    private const int LongestSubject = 255;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static void Configure(JwtBearerOptions bearer, AuthOptions auth)
    {
        bearer.Authority = auth.Authority;
        bearer.RequireHttpsMetadata = !new Uri(auth.Authority!).IsLoopback;
        bearer.BackchannelTimeout = Patience;
        bearer.MapInboundClaims = false;
        bearer.TokenValidationParameters = new TokenValidationParameters
        {
            ValidAudience = auth.Audience,
            // Keys that anyone may read sign nothing: no HMAC.
            ValidAlgorithms =
            [
                SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
                SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384,
                SecurityAlgorithms.RsaSsaPssSha512, SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384,
                SecurityAlgorithms.EcdsaSha512,
            ],
            ClockSkew = AuthOptions.ClockSkew,
        };
        bearer.Events = new JwtBearerEvents
        {
            OnTokenValidated = context => TakeOver(context, auth),
            OnAuthenticationFailed = TellOutage,
        };
    }

    private static Task TakeOver(TokenValidatedContext context, AuthOptions auth)
    {
        var claims = context.Principal!;
        var subject = claims.FindFirstValue(Callers.SubjectClaim);
        if (string.IsNullOrEmpty(subject) || !Text.IsText(subject, LongestSubject))
        {
            context.Fail("It has no subject that can be taken.");
            return Task.CompletedTask;
        }

        var identity = new ClaimsIdentity(
            context.Scheme.Name, nameType: Callers.SubjectClaim, roleType: Callers.RoleClaim);
        identity.AddClaim(new Claim(Callers.SubjectClaim, subject));
        foreach (var role in RolesOf(claims, auth)) identity.AddClaim(new Claim(Callers.RoleClaim, role));
        context.Principal = new ClaimsPrincipal(identity);
        return Task.CompletedTask;
    }

    /// <summary>What the issuer's roles are called here.</summary>
    internal static IEnumerable<string> RolesOf(ClaimsPrincipal claims, AuthOptions auth)
    {
        yield return Roles.Customer;
        if (Has(auth.OpsRole)) yield return Roles.Ops;
        if (Has(auth.SellerRole)) yield return Roles.Seller;

        bool Has(string role) => role.Length > 0 && claims.HasClaim(auth.RoleClaim, role);
    }

    /// <summary>A token that cannot be judged, since the issuer is away, is not a bad one.</summary>
    private static async Task TellOutage(AuthenticationFailedContext context)
    {
        try
        {
            await context.Options.ConfigurationManager!.GetConfigurationAsync(context.HttpContext.RequestAborted);
        }
        catch (InvalidOperationException exception)
        {
            throw new TimeoutException("The issuer's metadata cannot be read.", exception);
        }
    }
}
