using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure;

namespace Shop.Messaging.Hosting;

/// <summary>How every DbContext of the house is set up. Each says its schema in a constant, and keeps its migrations' history there.</summary>
public static class ContextOptions
{
    /// <summary>On these connections.</summary>
    public static DbContextOptions<TContext> Of<TContext>(NpgsqlDataSource source)
        where TContext : DbContext
    {
        var options = new DbContextOptionsBuilder<TContext>();
        Configure(options, typeof(TContext), source);
        return options.Options;
    }

    /// <summary>For the migration tool, which needs the model and the provider but no server.</summary>
    public static DbContextOptions<TContext> ForDesign<TContext>()
        where TContext : DbContext => Of<TContext>(NpgsqlDataSource.Create("Host=localhost"));

    internal static void Configure(DbContextOptionsBuilder options, Type context, NpgsqlDataSource source)
    {
        void Npgsql(NpgsqlDbContextOptionsBuilder npgsql) =>
            npgsql.MigrationsHistoryTable(HistoryRepository.DefaultTableName, SchemaOf(context));
        options.UseNpgsql(source, Npgsql).UseSnakeCaseNamingConvention();
    }

    internal static string SchemaOf(Type context) =>
        (string?)context.GetField("Schema")?.GetRawConstantValue()
            ?? throw new InvalidOperationException($"{context.Name} has no constant Schema.");
}
