using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Npgsql;
using Shop.Api.Http;

namespace Shop.Api.Accounts;

/// <summary>The section <c>Accounts:Operator</c> of the configuration: the first account with the role <c>ops</c>.</summary>
internal sealed class OperatorOptions
{
    public string? Email { get; init; }

    /// <summary>A secret: never logged, and there is no default.</summary>
    public string? Password { get; init; }

    /// <summary>A file that holds the password instead.</summary>
    public string? PasswordFile { get; init; }

    internal bool IsGiven => !string.IsNullOrEmpty(Email);

    internal bool IsComplete => IsGiven
        ? Text.IsEmail(Email) && AccountRules.IsPassword(ReadPassword())
        : string.IsNullOrEmpty(Password) && string.IsNullOrEmpty(PasswordFile);

    internal string? ReadPassword() => !string.IsNullOrEmpty(Password) ? Password
        : File.Exists(PasswordFile) ? File.ReadAllText(PasswordFile).TrimEnd('\r', '\n') : null;
}

/// <summary>
/// Creates the first operator, if it is configured and absent. An account that exists is left as it is: whoever
/// registered that address first must not become an operator by it.
/// </summary>
internal sealed partial class FirstOperator(
    IServiceScopeFactory scopes, IOptions<OperatorOptions> options, IOptions<AuthOptions> auth, TimeProvider time,
    ILogger<FirstOperator> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.IsGiven || auth.Value.IsExternal) return;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Create(options.Value.Email!);
                return;
            }
            catch (Exception exception) when (Failures.IsOfDependency(exception) || IsUnmigrated(exception))
            {
                LogLater(exception.GetBaseException().Message);
                await Task.Delay(Pause, time, stoppingToken);
            }
        }
    }

    private static bool IsUnmigrated(Exception exception) =>
        exception is PostgresException { SqlState: PostgresErrorCodes.UndefinedTable };

    private async Task Create(string email)
    {
        await using var scope = scopes.CreateAsyncScope();
        var accounts = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
        if (await accounts.FindByNameAsync(email) is { } account)
        {
            if (!await accounts.IsInRoleAsync(account, Roles.Ops)) LogTaken(email);
            return;
        }

        var registration = scope.ServiceProvider.GetRequiredService<Registration>();
        var refused = await registration.Create(email, options.Value.ReadPassword()!, Roles.Customer, Roles.Ops);
        if (refused.Count == 0) LogCreated(email);
        else LogTaken(email); // by another instance, at the same moment
    }

    [LoggerMessage(LogLevel.Information, "Created the operator's account {Email}.")]
    private partial void LogCreated(string email);

    [LoggerMessage(LogLevel.Warning,
        "The account {Email} exists, and Accounts:Operator changes nothing about it, not even its role.")]
    private partial void LogTaken(string email);

    [LoggerMessage(LogLevel.Warning, "The operator's account has to wait: {Reason}")]
    private partial void LogLater(string reason);
}
