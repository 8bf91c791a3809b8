using Shop.Api.Http;

namespace Shop.Api.Accounts;

/// <summary>
/// What a registration must be like. Length is asked of a password, not a mixture of signs (NIST SP 800-63B).
/// </summary>
internal static class AccountRules
{
    public static readonly string Password =
        $"It must have {Account.ShortestPassword} to {Account.LongestPassword} characters, and not be the address.";

    /// <summary>Everything that is wrong, by field; empty if nothing is.</summary>
    public static Dictionary<string, string[]> Check(Credentials credentials)
    {
        var errors = new Dictionary<string, string[]>();
        if (!Text.IsEmail(credentials.Email)) errors["email"] = ["It must be an e-mail address."];
        if (!IsPassword(credentials.Password)
            || string.Equals(credentials.Password, credentials.Email, StringComparison.OrdinalIgnoreCase))
            errors["password"] = [Password];
        return errors;
    }

    public static bool IsPassword(string? password) =>
        password is { Length: >= Account.ShortestPassword and <= Account.LongestPassword };
}
