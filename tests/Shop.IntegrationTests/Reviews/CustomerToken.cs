using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Shop.Api.Http;

namespace Shop.IntegrationTests.Reviews;

/// <summary>A token of the shop's own for a customer nobody else is, with what else it claims.</summary>
internal static class CustomerToken
{
    public static string With(params (string Claim, string Value)[] claims) =>
        new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Callers.Issuer,
            Audience = Callers.Audience,
            Expires = TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(1),
            Claims = claims
                .Append((Callers.SubjectClaim, Guid.NewGuid().ToString())).Append((Callers.RoleClaim, "customer"))
                .ToDictionary(claim => claim.Item1, claim => (object)claim.Item2),
            SigningCredentials = new SigningCredentials(
                new SymmetricSecurityKey(Encoding.UTF8.GetBytes(ShopProcesses.SigningKey)),
                SecurityAlgorithms.HmacSha256),
        });
}
