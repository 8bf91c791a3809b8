using Microsoft.Extensions.DependencyInjection;
using Quartz;

namespace Shop.Messaging.Scheduling;

/// <summary>
/// Quartz, clustered on PostgreSQL: each job runs on one instance of a host at a time, and on another when that one dies.
/// The scheduler is named after the host, so that a host only sees jobs it has the code for.
/// </summary>
internal static class RecurringJobs
{
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
                store.UsePostgres(connectionString);
                store.ConfigureStore(options => options.TablePrefix = "quartz.qrtz_");
                store.ProvisionSchema();
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
}

/// <summary>A job and how often it runs.</summary>
internal sealed record RecurringJob(Type Type, TimeSpan Every, Action<IQuartzBuilder> AddTo)
{
    public static RecurringJob Of<TJob>(TimeSpan every)
        where TJob : class, IJob => new(typeof(TJob), every, quartz =>
        {
            var key = new JobKey(typeof(TJob).Name);
            quartz.ScheduleJob<TJob>(
                trigger => trigger.WithIdentity(typeof(TJob).Name)
                    .WithSimpleSchedule(schedule => schedule.WithInterval(every).RepeatForever()),
                job => job.WithIdentity(key));
        });
}
