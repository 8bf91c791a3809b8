using System.Text;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Shop.Api.Http;

/// <summary>Who is calling: a person with a bearer token, or a guest, who has a session once a cart was filled.</summary>
internal sealed class Caller
{
    private readonly HttpContext _context;

    private Caller(HttpContext context, string? owner)
    {
        _context = context;
        Owner = owner;
    }

    /// <summary><c>user:{subject}</c> or <c>guest:{session}</c>; null for a guest without a session.</summary>
    public string? Owner { get; private set; }

    /// <summary>The owner of what is about to be written: a guest without a session gets one.</summary>
    public string OwnerForWriting() =>
        Owner ??= _context.RequestServices.GetRequiredService<GuestSessions>().Issue(_context);

    public static ValueTask<Caller> BindAsync(HttpContext context)
    {
        var owner = context.User.Identity is { IsAuthenticated: true, Name: { Length: > 0 } subject }
            ? "user:" + subject
            : context.RequestServices.GetRequiredService<GuestSessions>().Read(context);
        return ValueTask.FromResult(new Caller(context, owner));
    }
}

/// <summary>Who may do what, by name. Set once on a group of routes.</summary>
internal static class Policies
{
    /// <summary>Anyone; but a token that is sent must be a good one, and is not taken for a guest's silence.</summary>
    public const string Caller = "caller";

    public const string Ops = "ops";
}

internal static class Callers
{
    public const string Issuer = "shop";
    public const string Audience = "shop";
    public const string RoleClaim = "role";

    public static void AddCallers(this IServiceCollection services)
    {
        services.AddOptions<AuthOptions>().BindConfiguration("Auth")
            .Validate(auth => auth.KeyBytes >= AuthOptions.LeastKeyBytes,
                $"Auth:SigningKey must be at least {AuthOptions.LeastKeyBytes} bytes.")
            .ValidateOnStart();
        services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer();
        services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme)
            .Configure<IOptions<AuthOptions>>((bearer, auth) =>
            {
                bearer.MapInboundClaims = false;
                bearer.TokenValidationParameters = new TokenValidationParameters
                {
                    ValidIssuer = Issuer,
                    ValidAudience = Audience,
                    ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
                    IssuerSigningKey = auth.Value.Key(),
                    NameClaimType = "sub",
                    RoleClaimType = RoleClaim,
                    ClockSkew = TimeSpan.FromSeconds(30),
                };
            });
        services.AddAuthorizationBuilder()
            .AddPolicy(Policies.Ops, policy => policy.RequireRole("ops"))
            .AddPolicy(Policies.Caller, policy => policy.RequireAssertion(HasNoBadToken));
    }

    private static bool HasNoBadToken(AuthorizationHandlerContext context) =>
        context.User.Identity is { IsAuthenticated: true }
        || context.Resource is HttpContext { Request.Headers.Authorization.Count: 0 };
}

/// <summary>The section <c>Auth</c> of the configuration.</summary>
internal sealed class AuthOptions
{
    public const int LeastKeyBytes = 32;

    /// <summary>A secret: never logged.</summary>
    public string? SigningKey { get; init; }

    internal int KeyBytes => Encoding.UTF8.GetByteCount(SigningKey ?? "");

    public SymmetricSecurityKey Key() => new(Encoding.UTF8.GetBytes(SigningKey!));
}
