using Npgsql;
using Shop.Messaging.Hosting;

namespace Shop.Workers.Search;

/// <summary>
/// Whoever writes the index waits for a turn, in the whole cluster, and reads what he writes within it. So the order of
/// writes is the order of what was read, and nothing old ever comes over something new, in any engine.
/// </summary>
internal sealed class IndexTurns(Database<SearchDbContext> database)
{
    private const int PatienceInSeconds = 60;
    private const string Turn = "select pg_advisory_xact_lock(hashtext('search.index'))";
    private const string Rebuild =
        "set local lock_timeout = '3s'; select pg_advisory_xact_lock(hashtext('search.rebuild'))";

    /// <summary>Held until it is disposed of, or its process ends.</summary>
    public async Task<IAsyncDisposable> Take(CancellationToken cancellationToken) =>
        await Hold.Begin(database.Source, Turn, cancellationToken);

    /// <summary>The right to rebuild, for longer than a turn; null if someone else is at it.</summary>
    public async Task<IAsyncDisposable?> TryTakeRebuild(CancellationToken cancellationToken)
    {
        try
        {
            return await Hold.Begin(database.Source, Rebuild, cancellationToken);
        }
        catch (PostgresException taken) when (taken.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            return null;
        }
    }

    private sealed class Hold(NpgsqlConnection connection, NpgsqlTransaction transaction) : IAsyncDisposable
    {
        public static async Task<Hold> Begin(
            NpgsqlDataSource source, string lockIt, CancellationToken cancellationToken)
        {
            var connection = await source.OpenConnectionAsync(cancellationToken);
            try
            {
                var transaction = await connection.BeginTransactionAsync(cancellationToken);
                var hold = new Hold(connection, transaction);
                // A rebuild lasts longer than a server otherwise lets a transaction idle.
                await hold.Run("set local idle_in_transaction_session_timeout = 0", cancellationToken);
                await hold.Run(lockIt, cancellationToken);
                return hold;
            }
            catch (Exception problem) when (problem is NpgsqlException or OperationCanceledException)
            {
                await connection.DisposeAsync();
                throw;
            }
        }

        private async Task Run(string sql, CancellationToken cancellationToken)
        {
            await using var command = new NpgsqlCommand(sql, connection, transaction);
            command.CommandTimeout = PatienceInSeconds;
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        public async ValueTask DisposeAsync()
        {
            await transaction.DisposeAsync();
            await connection.DisposeAsync();
        }
    }
}
