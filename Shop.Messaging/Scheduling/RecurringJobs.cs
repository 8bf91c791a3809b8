using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Quartz;

namespace Shop.Messaging.Scheduling;

/// <summary>
/// Quartz, clustered on PostgreSQL: each job runs on one instance of a host at a time, and on another when that one dies.
/// The scheduler is named after the host, so that a host only sees jobs it has the code for.
/// </summary>
internal static class RecurringJobs
{
    private const string Schema = "quartz";

    public static void Add(IServiceCollection services, string host, string connectionString, IReadOnlyList<RecurringJob> jobs)
    {
        services.AddQuartz(quartz =>
        {
            quartz.ConfigureScheduler(scheduler =>
            {
                scheduler.InstanceName = host;
                scheduler.GenerateInstanceId = true;
            });
            quartz.UseDefaultThreadPool(4);
            quartz.UsePersistentStore(store =>
            {
                Connect(store, connectionString);
                store.UseClustering(clustering =>
                {
                    clustering.CheckinInterval = TimeSpan.FromSeconds(5);
                    clustering.CheckinMisfireThreshold = TimeSpan.FromSeconds(10);
                });
            });
            foreach (var job in jobs) job.AddTo(quartz);
        });
        services.AddQuartzHostedService(hosted => hosted.WaitForJobsToComplete = true);
    }

    /// <summary>
    /// Creates the tables of the job store where they are missing. Two hosts that did so at once could wait for each other
    /// for ever, so one waits here.
    /// </summary>
    public static async Task Provision(string connectionString, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var begin = new NpgsqlCommand(
            $"select pg_advisory_lock(hashtext('{Schema}')); create schema if not exists {Schema}", connection);
        await begin.ExecuteNonQueryAsync(cancellationToken);
        var services = new ServiceCollection().AddLogging();
        services.AddQuartz(quartz => quartz.UsePersistentStore(store =>
        {
            Connect(store, connectionString);
            store.ProvisionSchema();
        }));
        await using var provider = services.BuildServiceProvider();
        var scheduler = await provider.GetRequiredService<ISchedulerFactory>().GetScheduler(cancellationToken);
        await scheduler.Start(cancellationToken);
        await scheduler.Shutdown(waitForJobsToComplete: true, cancellationToken);
    }

    private static void Connect(IPersistentStoreBuilder store, string connectionString)
    {
        store.UsePostgres(connectionString);
        store.ConfigureStore(options => options.TablePrefix = $"{Schema}.qrtz_");
    }
}

/// <summary>A job and how often it runs.</summary>
internal sealed record RecurringJob(Action<IQuartzBuilder> AddTo)
{
    public static RecurringJob Of<TJob>(TimeSpan every)
        where TJob : class, IJob => new(quartz => quartz.ScheduleJob<TJob>(
            trigger => trigger.WithIdentity(typeof(TJob).Name)
                .WithSimpleSchedule(schedule => schedule.WithInterval(every).RepeatForever()),
            job => job.WithIdentity(typeof(TJob).Name)));
}
