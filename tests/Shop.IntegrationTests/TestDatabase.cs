using Npgsql;
using Xunit;

namespace Shop.IntegrationTests;

/// <summary>
/// A database of its own on the server that <c>SHOP_TEST_POSTGRES</c> names (a superuser's Npgsql connection
/// string), dropped in the end. Without the variable the tests fail: a suite that skips proves nothing.
/// </summary>
public sealed class TestDatabase : IAsyncLifetime
{
    private const string Variable = "SHOP_TEST_POSTGRES";

    private readonly string _name = $"shop_test_{Guid.NewGuid():N}";
    private string? _server;

    public string ConnectionString { get; private set; } = "";

    public NpgsqlDataSource Source { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _server = Environment.GetEnvironmentVariable(Variable)
            ?? throw new InvalidOperationException(
                $"{Variable} is not set. It must hold the connection string of a superuser on a PostgreSQL server "
                + "for tests, such as \"Host=127.0.0.1;Port=5432;Username=postgres\".");
        await CreateReader();
        await OnServer($"create database {_name}");
        ConnectionString = new NpgsqlConnectionStringBuilder(_server)
        {
            Database = _name,
            MaxAutoPrepare = 100,
            IncludeErrorDetail = true,
        }.ConnectionString;
        Source = NpgsqlDataSource.Create(ConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is null)
            return;
        if (Source is not null)
            await Source.DisposeAsync();
        await OnServer($"drop database if exists {_name} with (force)");
    }

    /// <summary>Roles belong to the whole server, so that another run may create it at the same moment.</summary>
    private async Task CreateReader()
    {
        try
        {
            await OnServer("create role shop_reader nologin");
        }
        catch (PostgresException e) when (e.SqlState
            is PostgresErrorCodes.DuplicateObject or PostgresErrorCodes.UniqueViolation)
        {
        }
    }

    private async Task OnServer(string sql)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(_server) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
