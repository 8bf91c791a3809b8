using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Shop.Messaging.Hosting;

/// <summary>One context's database: its connections and its schema. Each context may stand on a server of its own.</summary>
public sealed class Database<TContext>(NpgsqlDataSource source, string schema) : IDatabase
    where TContext : DbContext
{
    public NpgsqlDataSource Source { get; } = source;
    public string Schema { get; } = schema;
    public string Name => typeof(TContext).Name.Replace("DbContext", "", StringComparison.Ordinal);
}

/// <summary>Any context's database, for what is done to all of them: health, migration, measurement.</summary>
public interface IDatabase
{
    string Name { get; }
    string Schema { get; }
    NpgsqlDataSource Source { get; }
}
