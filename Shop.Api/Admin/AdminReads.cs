using Npgsql;
using Shop.Messaging.Hosting;

namespace Shop.Api.Admin;

/// <summary>What a command may refer to, from the views of those who own it.</summary>
internal sealed class AdminReads(ReadsDatabase database)
{
    private const int PatienceInSeconds = 5;

    /// <returns>Whether it is there, and the database's time, one clock for all who ask.</returns>
    public async Task<(bool HasCategory, DateTimeOffset Now)> FindCategory(string id, CancellationToken cancellationToken)
    {
        await using var command = Ask(
            "select exists (select from catalog.category_view where id = $1), clock_timestamp()", id);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetBoolean(0), reader.GetFieldValue<DateTimeOffset>(1));
    }

    /// <summary>The database's time, one clock for all who ask.</summary>
    public async Task<DateTimeOffset> Now(CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand("select clock_timestamp()");
        command.CommandTimeout = PatienceInSeconds;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return reader.GetFieldValue<DateTimeOffset>(0);
    }

    public async Task<bool> HasWarehouse(string code, CancellationToken cancellationToken)
    {
        await using var command = Ask("select exists (select from inventory.warehouse_view where code = $1)", code);
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    private NpgsqlCommand Ask(string statement, string key)
    {
        var command = database.Source.CreateCommand(statement);
        command.CommandTimeout = PatienceInSeconds;
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key });
        return command;
    }
}
