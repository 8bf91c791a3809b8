using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Shop.Messaging.Hosting;

/// <summary>Options for the migration tool, which needs the model and the provider but no server.</summary>
public static class DesignTime
{
    public static DbContextOptions<TContext> Options<TContext>()
        where TContext : DbContext
    {
        var options = new DbContextOptionsBuilder<TContext>();
        Configure(options, "Host=localhost");
        return options.Options;
    }

    internal static void Configure(DbContextOptionsBuilder options, object connection)
    {
        void Npgsql(Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure.NpgsqlDbContextOptionsBuilder npgsql) =>
            npgsql.MigrationsHistoryTable(HistoryRepository.DefaultTableName, SchemaOf(options));
        _ = connection is Npgsql.NpgsqlDataSource source
            ? options.UseNpgsql(source, Npgsql)
            : options.UseNpgsql((string)connection, Npgsql);
        options.UseSnakeCaseNamingConvention();
    }

    /// <summary>Each context says its schema in a constant, and keeps its migrations' history there.</summary>
    internal static string SchemaOf(DbContextOptionsBuilder options) => SchemaOf(options.Options.ContextType);

    internal static string SchemaOf(Type context) =>
        (string?)context.GetField("Schema")?.GetRawConstantValue()
            ?? throw new InvalidOperationException($"{context.Name} has no constant Schema.");
}
