using Microsoft.AspNetCore.Identity;

namespace Shop.Api.Accounts;

/// <summary>
/// The verb <c>account EMAIL grant|revoke seller|ops</c>, or <c>account EMAIL bar|admit</c>: what an operator does to an
/// account. Each ends the account's sessions, as soon as their access tokens end.
/// </summary>
internal static class AccountCommand
{
    public const string Verb = "account";

    private const string Usage = "account EMAIL grant|revoke seller|ops, or account EMAIL bar|admit";

    public static async Task<int> Run(IServiceProvider services, string[] arguments)
    {
        if (arguments is not ([_, "grant" or "revoke", Roles.Seller or Roles.Ops] or [_, "bar" or "admit"]))
        {
            await Console.Error.WriteLineAsync(Usage);
            return 2;
        }

        await using var scope = services.CreateAsyncScope();
        var accounts = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
        if (await accounts.FindByNameAsync(arguments[0]) is not { } account)
        {
            await Console.Error.WriteLineAsync($"There is no account {arguments[0]}.");
            return 1;
        }

        var result = await Change(accounts, account, arguments);
        if (result.Succeeded) result = await accounts.UpdateSecurityStampAsync(account);
        foreach (var error in result.Errors) await Console.Error.WriteLineAsync(error.Description);
        return result.Succeeded ? 0 : 1;
    }

    private static Task<IdentityResult> Change(UserManager<Account> accounts, Account account, string[] arguments) =>
        arguments switch
        {
            [_, "grant", var role] => accounts.AddToRoleAsync(account, role),
            [_, "revoke", var role] => accounts.RemoveFromRoleAsync(account, role),
            [_, "bar"] => accounts.SetLockoutEndDateAsync(account, DateTimeOffset.MaxValue),
            _ => accounts.SetLockoutEndDateAsync(account, null),
        };
}
