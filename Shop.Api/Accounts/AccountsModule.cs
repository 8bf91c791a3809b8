using Microsoft.AspNetCore.Identity;
using Shop.Api.Http;
using Shop.Messaging.Hosting;

namespace Shop.Api.Accounts;

internal static class AccountsModule
{
    /// <summary>As OWASP asks of PBKDF2 with HMAC-SHA-512.</summary>
    private const int HashIterations = 210_000;

    public static void AddAccounts(this WebApplicationBuilder builder)
    {
        builder.AddDatabase<AccountsDbContext>("Identity");
        AddIdentity(builder.Services);
        builder.Services.AddSingleton<PasswordWork>();
        builder.Services.AddScoped<Registration>();
        builder.Services.AddScoped<LogIn>();
        builder.Services.AddOptions<OperatorOptions>().BindConfiguration("Accounts:Operator")
            .Validate(first => first.IsComplete,
                "Accounts:Operator needs an Email, and a Password or a PasswordFile of at least "
                + $"{Account.ShortestPassword} characters.")
            .ValidateOnStart();
        builder.Services.AddHostedService<FirstOperator>();
    }

    /// <summary>Without a SignInManager, which would have every request of every route leave its context to be found.</summary>
    internal static void AddIdentity(IServiceCollection services)
    {
        services.AddIdentityCore<Account>(Demand)
            .AddRoles<IdentityRole<Guid>>()
            .AddEntityFrameworkStores<AccountsDbContext>();
        services.Configure<PasswordHasherOptions>(hasher => hasher.IterationCount = HashIterations);
    }

    private static void Demand(IdentityOptions identity)
    {
        identity.User.AllowedUserNameCharacters = "";
        identity.Password.RequiredLength = Account.ShortestPassword;
        identity.Password.RequireDigit = false;
        identity.Password.RequireLowercase = false;
        identity.Password.RequireUppercase = false;
        identity.Password.RequireNonAlphanumeric = false;
        identity.Lockout.AllowedForNewUsers = true;
        identity.Lockout.MaxFailedAccessAttempts = LogIn.MostFailures;
        identity.Lockout.DefaultLockoutTimeSpan = LogIn.LockedFor;
        identity.ClaimsIdentity.UserIdClaimType = Callers.SubjectClaim;
        identity.ClaimsIdentity.RoleClaimType = Callers.RoleClaim;
    }
}
