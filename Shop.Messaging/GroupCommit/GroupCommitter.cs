using Microsoft.EntityFrameworkCore;
using Npgsql;
using Shop.Messaging.Hosting;

namespace Shop.Messaging.GroupCommit;

/// <summary>
/// Commits units of work that arrive together in one transaction and one round trip. Each has its own outcome: one that
/// fails is found by bisection and fails alone.
/// </summary>
public sealed class GroupCommitter<TContext>
    where TContext : DbContext
{
    private readonly Database<TContext> _database;
    private readonly IDbContextFactory<TContext> _contexts;
    private readonly Coalescer<UnitOfWork, bool> _coalescer;

    public GroupCommitter(Database<TContext> database, IDbContextFactory<TContext> contexts)
    {
        _database = database;
        _contexts = contexts;
        _coalescer = new Coalescer<UnitOfWork, bool>(calls => Bisection.Run(
            calls, Write, call => call.Succeed(true), (call, exception) => call.Fail(exception)));
    }

    /// <summary>Returns when the unit is durable.</summary>
    /// <exception cref="PostgresException">
    /// 22012: a row was not as it had been read, decide again. 23505: a row is there already.
    /// </exception>
    public Task Commit(UnitOfWork unit) => _coalescer.Call(unit);

    private async Task Write(IReadOnlyList<Call<UnitOfWork, bool>> calls)
    {
        var units = calls.Select(call => call.Request).ToList();
        await using var connection = await _database.Source.OpenConnectionAsync();
        await using var batch = connection.CreateBatch();
        await using var context = await _contexts.CreateDbContextAsync();
        UnitWriter.Append(batch, context, _database.Schema, units);
        if (batch.BatchCommands.Count == 0) return;

        // A batch outside an explicit transaction is one transaction of its own: all of it, or nothing.
        await batch.ExecuteNonQueryAsync();
        Telemetry.Committed(_database.Schema, units.Count);
    }
}
