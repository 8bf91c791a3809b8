using Microsoft.AspNetCore.Identity;
using Npgsql;
using Shop.Messaging.Hosting;

namespace Shop.Api.Accounts;

internal abstract record LogInOutcome
{
    public sealed record Admitted(Account Account) : LogInOutcome;

    public sealed record Refused : LogInOutcome;

    /// <summary>Nothing was tried.</summary>
    public sealed record TooMany : LogInOutcome;
}

/// <summary>
/// Tells whether a password is an account's. What fails tells nobody why: an unknown address, a wrong password and a
/// locked account do the same work, in the same time, and get the same answer.
/// </summary>
internal sealed class LogIn(
    UserManager<Account> accounts,
    IPasswordHasher<Account> hasher,
    PasswordWork work,
    Database<AccountsDbContext> database,
    TimeProvider time)
{
    public const int MostFailures = 10;

    /// <summary>Ten guesses in a quarter of an hour are a thousand a day: nothing against ten characters.</summary>
    public static readonly TimeSpan LockedFor = TimeSpan.FromMinutes(15);

    /// <summary>Failures are answered on the beat, so that a write more or less cannot be measured.</summary>
    internal static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(500);

    public async Task<LogInOutcome> Try(string email, string password, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var account = await accounts.FindByNameAsync(email);
        bool isRight;
        using (var turn = await work.Turn(cancellationToken))
        {
            if (!turn.IsAcquired) return new LogInOutcome.TooMany();
            isRight = account is null
                ? Nobody.Verify(hasher, password)
                : await accounts.CheckPasswordAsync(account, password);
        }

        if (isRight && await Admit(account!.Id, cancellationToken)) return new LogInOutcome.Admitted(account);
        await Refuse(isRight ? Guid.Empty : account?.Id ?? Guid.Empty, cancellationToken);
        var elapsed = time.GetElapsedTime(began);
        await Task.Delay(Beat - TimeSpan.FromTicks(elapsed.Ticks % Beat.Ticks), time, cancellationToken);
        return new LogInOutcome.Refused();
    }

    /// <summary>
    /// Whether an account was locked by hand, for good or for days. A lock that anyone can cause by guessing does not end
    /// the sessions of the account's owner.
    /// </summary>
    public bool IsBarred(Account account) => account.LockoutEnd > time.GetUtcNow().AddDays(1);

    /// <returns>False if the account is locked; by the database's clock.</returns>
    private async Task<bool> Admit(Guid id, CancellationToken cancellationToken) => await Run(
        """
        update identity.account set access_failed_count = 0
        where id = $1 and (lockout_end is null or lockout_end <= now())
        """, id, cancellationToken) == 1;

    /// <summary>Counts a failure in one statement, so that guesses made at once are all counted.</summary>
    private Task<int> Refuse(Guid id, CancellationToken cancellationToken) => Run(
        $"""
        update identity.account set
            access_failed_count = (access_failed_count + 1) % {MostFailures},
            lockout_end = case when access_failed_count + 1 >= {MostFailures}
                then greatest(lockout_end, now() + interval '{LockedFor.TotalSeconds} seconds') else lockout_end end
        where id = $1 and lockout_enabled
        """, id, cancellationToken);

    private async Task<int> Run(string sql, Guid id, CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Has a password that nobody knows, to be wrong about at the usual cost.</summary>
    private static class Nobody
    {
        private static readonly Account Account = Account.Of("nobody");
        private static string? _hash;

        public static bool Verify(IPasswordHasher<Account> hasher, string password)
        {
            _hash ??= hasher.HashPassword(Account, Guid.NewGuid().ToString());
            hasher.VerifyHashedPassword(Account, _hash, password);
            return false;
        }
    }
}
