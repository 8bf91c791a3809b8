using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Shop.Api.Accounts;

namespace Shop.Api.Http;

/// <summary>
/// Whose tokens are good: those of the shop's own accounts, or instead of them an external issuer's; and those that the
/// verb <c>token</c> prints, where a signing key is configured. Only routes with a policy find out who is calling:
/// there is no default scheme, so that a page of the catalogue costs none of this.
/// </summary>
internal static class Callers
{
    /// <summary>Of the tokens that the verb <c>token</c> prints.</summary>
    public const string Issuer = "shop";

    public const string Audience = "shop";
    public const string SubjectClaim = "sub";
    public const string RoleClaim = "role";

    private const string AnyToken = "bearer";
    private const string LocalToken = "local";
    private const string ExternalToken = "external";
    private const string Prefix = "Bearer ";

    /// <summary>How long an access token is good for; what an account loses, it loses within this time.</summary>
    public static readonly TimeSpan AccessFor = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan RefreshFor = TimeSpan.FromDays(14);

    public static void AddCallers(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        var auth = builder.Configuration.GetSection("Auth").Get<AuthOptions>() ?? new AuthOptions();
        services.AddOptions<AuthOptions>().BindConfiguration("Auth")
            .Validate(options => options.Fault is null, auth.Fault ?? "").ValidateOnStart();
        var schemes = services.AddAuthentication().AddPolicyScheme(AnyToken, null, policy =>
            policy.ForwardDefaultSelector = context => SchemeOf(context, auth));
        if (auth.IsExternal) schemes.AddJwtBearer(ExternalToken, bearer => ExternalIssuer.Configure(bearer, auth));
        else schemes.AddBearerToken(IdentityConstants.BearerScheme, bearer =>
        {
            bearer.BearerTokenExpiration = AccessFor;
            bearer.RefreshTokenExpiration = RefreshFor;
        });
        if (auth.HasSigningKey) schemes.AddJwtBearer(LocalToken, bearer => TakeLocal(bearer, auth));
        services.AddAuthorizationBuilder()
            .SetDefaultPolicy(With(policy => policy.RequireAuthenticatedUser()))
            .AddPolicy(Policies.Caller, With(policy => policy.RequireAssertion(HasNoBadToken)))
            .AddPolicy(Policies.Person, With(policy => policy.RequireAuthenticatedUser()))
            .AddPolicy(Policies.Ops, With(policy => policy.RequireRole(Roles.Ops)));
    }

    private static AuthorizationPolicy With(Action<AuthorizationPolicyBuilder> configure)
    {
        var policy = new AuthorizationPolicyBuilder(AnyToken);
        configure(policy);
        return policy.Build();
    }

    private static bool HasNoBadToken(AuthorizationHandlerContext context) =>
        context.User.Identity is { IsAuthenticated: true }
        || context.Resource is HttpContext { Request.Headers.Authorization.Count: 0 };

    /// <summary>By whom the token says that it is from: whether that is true is for the scheme to see.</summary>
    private static string SchemeOf(HttpContext context, AuthOptions auth)
    {
        var usual = auth.IsExternal ? ExternalToken : IdentityConstants.BearerScheme;
        if (!auth.HasSigningKey) return usual;
        var header = context.Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)) return usual;
        var token = header[Prefix.Length..].Trim();
        return IssuerOf(token) == Issuer ? LocalToken : usual;
    }

    private static string? IssuerOf(string token)
    {
        try
        {
            return token.Count(sign => sign == '.') == 2 ? new JsonWebToken(token).Issuer : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static void TakeLocal(JwtBearerOptions bearer, AuthOptions auth)
    {
        bearer.MapInboundClaims = false;
        bearer.TokenValidationParameters = new TokenValidationParameters
        {
            ValidIssuer = Issuer,
            ValidAudience = Audience,
            ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
            IssuerSigningKey = auth.Key(),
            NameClaimType = SubjectClaim,
            RoleClaimType = RoleClaim,
            ClockSkew = AuthOptions.ClockSkew,
        };
        bearer.Events = new JwtBearerEvents { OnTokenValidated = NeedsSubject };
    }

    private static Task NeedsSubject(TokenValidatedContext context)
    {
        if (context.Principal?.FindFirst(SubjectClaim) is not { Value.Length: > 0 }) context.Fail("It has no subject.");
        return Task.CompletedTask;
    }
}
