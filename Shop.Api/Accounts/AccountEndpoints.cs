using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Shop.Api.Http;
using Shop.Api.RateLimiting;

namespace Shop.Api.Accounts;

/// <summary>
/// Those of ASP.NET Core Identity's endpoints that lead somewhere: what needs a mail has none here. Their answers are
/// Identity's, their refusals ours.
/// </summary>
internal static class AccountEndpoints
{
    internal const int LongestToken = 8 * 1024;

    public static void MapAccounts(this WebApplication app)
    {
        // With an issuer from outside, that is where people log in.
        if (app.Services.GetRequiredService<IOptions<AuthOptions>>().Value.IsExternal) return;
        var auth = app.MapGroup("/auth").WithTags("Accounts");
        auth.MapPost("/register", Register).WithSummary("Creates an account").Limited(RateGroup.Register)
            .Produces(200).Refuses(400, 503);
        auth.MapPost("/login", LogIn).WithSummary("Bearer tokens for an address and its password")
            .Limited(RateGroup.LogIn).Produces<AccessTokenResponse>().Refuses(400, 401, 503);
        auth.MapPost("/refresh", Refresh).WithSummary("New bearer tokens for a refresh token")
            .Limited(RateGroup.Refresh).Produces<AccessTokenResponse>().Refuses(400, 401, 503);
    }

    private static async Task<IResult> Register(
        Credentials credentials, Registration registration, PasswordWork work, CancellationToken cancellationToken)
    {
        var errors = AccountRules.Check(credentials);
        if (errors.Count > 0) return Problems.Invalid(errors);
        using var turn = await work.Turn(cancellationToken);
        if (!turn.IsAcquired) return TooMany();
        var refused = await registration.Create(credentials.Email!, credentials.Password!, Roles.Customer);
        return refused.Count > 0 ? Problems.Invalid(refused) : TypedResults.Ok();
    }

    private static async Task<IResult> LogIn(
        Credentials credentials, HttpContext context, LogIn logIn, RateLimits limits,
        UserManager<Account> accounts, IUserClaimsPrincipalFactory<Account> principals)
    {
        if (string.IsNullOrEmpty(credentials.Email)) return Problems.Invalid("email", "It is required.");
        if (string.IsNullOrEmpty(credentials.Password)) return Problems.Invalid("password", "It is required.");
        // What is no address is nobody's, and may be no text that can be normalised.
        var isEmail = Text.IsEmail(credentials.Email);
        var name = isEmail ? accounts.NormalizeName(credentials.Email) : "";
        if (await limits.CountAccount(context, name) is { } refusal) return refusal;
        var outcome = isEmail && credentials.Password.Length <= Account.LongestPassword
            ? await logIn.Try(credentials.Email, credentials.Password, context.RequestAborted)
            : new LogInOutcome.Refused();
        return outcome switch
        {
            LogInOutcome.Admitted(var account) => TypedResults.SignIn(
                await principals.CreateAsync(account), authenticationScheme: IdentityConstants.BearerScheme),
            LogInOutcome.TooMany => TooMany(),
            _ => Problems.Unauthorized.Because("Address and password do not let you in."),
        };
    }

    private static async Task<IResult> Refresh(
        RefreshRequest request, LogIn logIn, UserManager<Account> accounts,
        IUserClaimsPrincipalFactory<Account> principals, IOptionsMonitor<BearerTokenOptions> tokens, TimeProvider time)
    {
        if (string.IsNullOrEmpty(request.RefreshToken)) return Problems.Invalid("refreshToken", "It is required.");
        var ticket = request.RefreshToken.Length > LongestToken ? null
            : tokens.Get(IdentityConstants.BearerScheme).RefreshTokenProtector.Unprotect(request.RefreshToken);
        if (ticket?.Properties.ExpiresUtc is not { } end || time.GetUtcNow() >= end
            || await Find(ticket.Principal, accounts) is not { } account || logIn.IsBarred(account))
            return Problems.Unauthorized.Because("This refresh token is not, or no longer, good. Log in again.");
        return TypedResults.SignIn(
            await principals.CreateAsync(account), authenticationScheme: IdentityConstants.BearerScheme);
    }

    /// <summary>The stamp changes with the password and whatever else ends all sessions; an account that is gone has none.</summary>
    private static async Task<Account?> Find(ClaimsPrincipal principal, UserManager<Account> accounts) =>
        await accounts.GetUserAsync(principal) is { } account
        && principal.FindFirstValue(accounts.Options.ClaimsIdentity.SecurityStampClaimType)
            == await accounts.GetSecurityStampAsync(account)
            ? account
            : null;

    private static ProblemResult TooMany() => Problems.Overloaded.Because("Too many are logging in. Try again.");
}
