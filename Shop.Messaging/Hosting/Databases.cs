using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Shop.Messaging.Hosting;

/// <summary>Registers a context's database: a pool of connections, and DbContexts on it.</summary>
public static class Databases
{
    /// <param name="builder">The host.</param>
    /// <param name="name">Of the connection string.</param>
    public static void AddDatabase<TContext>(this IHostApplicationBuilder builder, string name)
        where TContext : DbContext
    {
        var services = builder.Services;
        if (services.Any(service => service.ServiceType == typeof(Database<TContext>))) return;
        var source = builder.DataSource(name);
        services.AddSingleton(new Database<TContext>(source, ContextOptions.SchemaOf(typeof(TContext))));
        services.AddSingleton<IDatabase>(provider => provider.GetRequiredService<Database<TContext>>());
        services.AddPooledDbContextFactory<TContext>((_, options) => ContextOptions.Configure(options, typeof(TContext), source));
        services.AddScoped(provider => provider.GetRequiredService<IDbContextFactory<TContext>>().CreateDbContext());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IMigration, Migration<TContext>>());
    }

    /// <summary>
    /// A pool of connections by the name of its connection string. Statements are prepared as they recur, and their plans
    /// kept: one made while a table was nearly empty must not scan it when it has grown, so a scan is the last resort.
    /// A connection goes back to the pool as it is, which spares six statements each time: whoever changes a session, such
    /// as by a lock of its own, changes it back. A peer that is gone without a word is found out by the system's probes: the
    /// driver waits for the answer to a cancellation without a limit.
    /// </summary>
    public static NpgsqlDataSource DataSource(this IHostApplicationBuilder builder, string name)
    {
        var options = new NpgsqlConnectionStringBuilder(builder.ConnectionString(name))
        {
            Options = "-c enable_seqscan=off -c jit=off",
            ApplicationName = $"{builder.Environment.ApplicationName}/{name}",
            MaxAutoPrepare = 100,
            AutoPrepareMinUsages = 2,
            MaxPoolSize = 20,
            NoResetOnClose = true,
            TcpKeepAlive = true,
            TcpKeepAliveTime = 15,
            TcpKeepAliveInterval = 5,
        };
        return new NpgsqlDataSourceBuilder(options.ConnectionString).Build();
    }

    /// <exception cref="InvalidOperationException">It is not configured. One clear line, and the host does not start.</exception>
    public static string ConnectionString(this IHostApplicationBuilder builder, string name) =>
        builder.Configuration.GetConnectionString(name) is { Length: > 0 } value
            ? value
            : throw new InvalidOperationException($"The connection string '{name}' (ConnectionStrings__{name}) is not configured.");
}

/// <summary>Brings one schema up to date.</summary>
internal interface IMigration
{
    Task Run(CancellationToken cancellationToken);
}

internal sealed class Migration<TContext>(IDbContextFactory<TContext> contexts) : IMigration
    where TContext : DbContext
{
    public async Task Run(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.Database.MigrateAsync(cancellationToken);
    }
}
