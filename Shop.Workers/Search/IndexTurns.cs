using Npgsql;
using Shop.Messaging.Hosting;

namespace Shop.Workers.Search;

/// <summary>
/// Whoever writes the index waits for a turn, in the whole cluster, and reads what he writes within it. So the order of
/// writes is the order of what was read, and nothing old ever comes over something new, in any engine.
/// </summary>
internal sealed class IndexTurns(Database<SearchDbContext> database, TimeProvider time)
{
    private const int PatienceInSeconds = 60;
    private const int Tries = 7;

    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(500);

    /// <summary>Held until it is disposed of, or its process ends.</summary>
    public async Task<IAsyncDisposable> Take(CancellationToken cancellationToken)
    {
        var hold = await Hold.Begin(database.Source, "search.index", cancellationToken);
        await hold.Lock(PatienceInSeconds, cancellationToken);
        return hold;
    }

    /// <summary>The right to rebuild, for longer than a turn; null if someone else is at it.</summary>
    public async Task<IAsyncDisposable?> TryTakeRebuild(CancellationToken cancellationToken)
    {
        var hold = await Hold.Begin(database.Source, "search.rebuild", cancellationToken);
        var isHeld = false;
        try
        {
            for (var i = 1; i <= Tries && !isHeld; i++)
            {
                if (i > 1) await Task.Delay(BetweenTries, time, cancellationToken);
                isHeld = await hold.TryLock(cancellationToken);
            }
        }
        finally
        {
            if (!isHeld) await hold.DisposeAsync();
        }

        return isHeld ? hold : null;
    }

    /// <summary>A lock of a session, not of a transaction: one that is open for long would keep an index from being made.</summary>
    private sealed class Hold(NpgsqlConnection connection, string name) : IAsyncDisposable
    {
        public static async Task<Hold> Begin(NpgsqlDataSource source, string name, CancellationToken cancellationToken) =>
            new(await source.OpenConnectionAsync(cancellationToken), name);

        public async Task Lock(int patienceInSeconds, CancellationToken cancellationToken)
        {
            try
            {
                await Ask("select pg_advisory_lock(hashtext($1))", patienceInSeconds, cancellationToken);
            }
            catch (Exception problem) when (problem is NpgsqlException or OperationCanceledException)
            {
                await DisposeAsync();
                throw;
            }
        }

        public async Task<bool> TryLock(CancellationToken cancellationToken) =>
            await Ask("select pg_try_advisory_lock(hashtext($1))", PatienceInSeconds, cancellationToken) is true;

        public async ValueTask DisposeAsync()
        {
            try
            {
                // Also when nothing was answered: the lock may have been given all the same, and the session lives on.
                await Ask("select pg_advisory_unlock_all(), $1", PatienceInSeconds, CancellationToken.None);
            }
            catch (NpgsqlException)
            {
                // With its connection the lock is gone too.
            }

            await connection.DisposeAsync();
        }

        private async Task<object?> Ask(string sql, int patienceInSeconds, CancellationToken cancellationToken)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            command.CommandTimeout = patienceInSeconds;
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
            return await command.ExecuteScalarAsync(cancellationToken);
        }
    }
}
