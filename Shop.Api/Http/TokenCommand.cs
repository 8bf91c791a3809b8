using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Shop.Api.Http;

/// <summary>The verb <c>token customer|ops [subject]</c>: prints a bearer token that is valid for twelve hours.</summary>
internal static class TokenCommand
{
    public const string Verb = "token";

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    public static async Task<int> Run(IServiceProvider services, string[] arguments)
    {
        if (arguments is not [("customer" or "ops") and var role, .. { Length: <= 1 } rest])
        {
            await Console.Error.WriteLineAsync("token customer|ops [subject]");
            return 2;
        }

        try
        {
            var auth = services.GetRequiredService<IOptions<AuthOptions>>().Value;
            if (!auth.HasSigningKey)
            {
                await Console.Error.WriteLineAsync("There is no Auth:SigningKey to sign it with.");
                return 1;
            }

            var now = services.GetRequiredService<TimeProvider>().GetUtcNow().UtcDateTime;
            await Console.Out.WriteLineAsync(Mint(auth.Key(), role, rest is [var subject] ? subject : role, now));
            return 0;
        }
        catch (OptionsValidationException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 1;
        }
    }

    public static string Mint(SymmetricSecurityKey key, string role, string subject, DateTime now) =>
        new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Callers.Issuer,
            Audience = Callers.Audience,
            IssuedAt = now,
            NotBefore = now,
            Expires = now + Lifetime,
            Claims = new Dictionary<string, object>
            {
                [JwtRegisteredClaimNames.Sub] = subject,
                [Callers.RoleClaim] = role,
            },
            SigningCredentials = new SigningCredentials(key, SecurityAlgorithms.HmacSha256),
        });
}
