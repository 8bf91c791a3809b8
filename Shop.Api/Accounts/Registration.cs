using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Shop.Api.Accounts;

/// <summary>Creates accounts.</summary>
internal sealed class Registration(UserManager<Account> accounts, AccountsDbContext context)
{
    private const string Taken = "An account with this address exists.";

    /// <summary>The account and its roles are one commit.</summary>
    /// <returns>What is wrong, by field; nothing if the account was created.</returns>
    public async Task<IReadOnlyDictionary<string, string[]>> Create(string email, string password, params string[] roles)
    {
        var account = Account.Of(email);
        context.UserRoles.AddRange(roles.Select(role =>
            new IdentityUserRole<Guid> { UserId = account.Id, RoleId = Roles.IdOf(role) }));
        try
        {
            var result = await accounts.CreateAsync(account, password);
            return result.Errors.GroupBy(FieldOf).ToDictionary(
                field => field.Key, field => field.Select(RuleOf).Distinct().ToArray());
        }
        catch (DbUpdateException exception) when (exception.InnerException is PostgresException
            { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            // Two registered it at once.
            return new Dictionary<string, string[]> { ["email"] = [Taken] };
        }
    }

    private static string FieldOf(IdentityError error) =>
        error.Code.StartsWith("Password", StringComparison.Ordinal) ? "password" : "email";

    private static string RuleOf(IdentityError error) => error.Code switch
    {
        nameof(IdentityErrorDescriber.DuplicateUserName) => Taken,
        nameof(IdentityErrorDescriber.PasswordTooShort) => AccountRules.Password,
        _ => error.Description,
    };
}
