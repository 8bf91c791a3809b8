using MassTransit;
using MassTransit.Middleware;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Shop.Contracts;
using Shop.Messaging.DeadLetters;
using Shop.Messaging.GroupCommit;
using Shop.Messaging.Hosting;
using Shop.Messaging.Outbox;
using Shop.Messaging.Scheduling;

namespace Shop.Messaging;

/// <summary>
/// A host's connection to RabbitMQ and all that listens and ticks in it. Everything about how messages are carried is
/// decided here and in <see cref="ConsumerKind"/>; a module only names its consumers.
/// </summary>
public sealed class ShopBus
{
    private const int DeliveryLimit = 50;
    private const int QueueLimit = 500_000;

    private readonly IHostApplicationBuilder _builder;
    private readonly List<Listener> _listeners = [];
    private readonly List<EveryInstance> _hearing = [];
    private readonly List<RecurringJob> _jobs = [];

    private ShopBus(IHostApplicationBuilder builder, IBusRegistrationConfigurator registration)
    {
        _builder = builder;
        Registration = registration;
    }

    internal IBusRegistrationConfigurator Registration { get; }
    internal IServiceCollection Services => _builder.Services;

    /// <summary>Connects this host: its contexts, what listens in them, and what ticks.</summary>
    public static void Add(IHostApplicationBuilder builder, Action<ShopBus> configure)
    {
        var name = builder.Environment.ApplicationName;
        builder.AddDatabase<DeadLettersDbContext>("Messaging");
        builder.Services.AddSingleton<DeadLetterPark>();
        builder.Services.AddSingleton<DeadLetterWriter>();
        builder.Services.AddSingleton<ParkFilter>();
        builder.Services.AddScoped<UnitOfWork>();
        builder.Services.AddSingleton<MessageComposer>();
        builder.Services.AddSingleton(typeof(RowLoader<,>));
        builder.Services.AddSingleton(typeof(Turns<>));
        builder.Services.AddMassTransit(registration =>
        {
            registration.DisableUsageTelemetry();
            registration.ConfigureHealthCheckOptions(health => health.Name = "rabbitmq");
            var bus = new ShopBus(builder, registration);
            bus.Job<DispatchTimersJob>(TimeSpan.FromSeconds(1));
            bus.Job<SweepOutboxJob>(TimeSpan.FromSeconds(2));
            bus.Job<CleanInboxJob>(TimeSpan.FromHours(1));
            configure(bus);
            registration.UsingRabbitMq(bus.Configure);
            RecurringJobs.Add(builder.Services, name, builder.ConnectionString("Messaging"), bus._jobs);
        });
        builder.Services.Configure<MassTransitHostOptions>(options => options.StopTimeout = TimeSpan.FromSeconds(20));
    }

    /// <summary>A bounded context: its database, by the name of its connection string, and what listens beside it.</summary>
    public void Context<TContext>(string connectionString, Action<ContextBus<TContext>> configure)
        where TContext : DbContext
    {
        _builder.AddDatabase<TContext>(connectionString);
        Services.AddSingleton<GroupCommitter<TContext>>();
        Services.AddSingleton<OutboxDelivery<TContext>>();
        Services.AddSingleton<OutboxWriter<TContext>>();
        Services.AddSingleton<IMessageDispatcher, MessageDispatcher<TContext>>();
        Services.AddScoped<IOutboxContextFactory<GroupPath<TContext>>, GroupPathContextFactory<TContext>>();
        Services.AddScoped<IOutboxContextFactory<PlainPath<TContext>>, PlainPathContextFactory<TContext>>();
        configure(new ContextBus<TContext>(this));
    }

    /// <summary>
    /// Says that the host does its work while the broker is away, so that readiness names a missing broker without
    /// taking the host out of service.
    /// </summary>
    public void WorksWithoutBroker()
    {
        Registration.ConfigureHealthCheckOptions(health =>
        {
            health.Name = "bus";
            health.MinimalFailureStatus = HealthStatus.Degraded;
        });
        var address = RabbitMqAddress.Parse(_builder.ConnectionString("RabbitMq"));
        Services.AddHealthChecks().Add(new HealthCheckRegistration(
            "rabbitmq", new BrokerHealth(address), HealthStatus.Degraded, tags: null, timeout: TimeSpan.FromSeconds(2)));
    }

    /// <summary>
    /// A consumer for what each instance holds in memory: every instance hears every event, on a queue that lives no
    /// longer than it. What is heard costs no transaction, is tried once, and is not parked.
    /// </summary>
    /// <param name="context">Names the queue, before the consumer.</param>
    /// <param name="mayHaveMissed">
    /// Called when the instance begins to hear, at first and after each absence of the broker, and when a message could
    /// not be handled: whatever happened before may not have been heard.
    /// </param>
    public void Listener<TConsumer>(string context, Func<IServiceProvider, Task> mayHaveMissed)
        where TConsumer : class, IConsumer
    {
        Registration.AddConsumer<TConsumer>();
        _hearing.Add(new EveryInstance(context, typeof(TConsumer), mayHaveMissed));
    }

    /// <summary>A job that recurs, on one instance of this host at a time.</summary>
    public void Job<TJob>(TimeSpan every)
        where TJob : class, Quartz.IJob => _jobs.Add(RecurringJob.Of<TJob>(every));

    internal void Listen(Listener listener)
    {
        if (_listeners.Any(other => other.Queue == listener.Queue))
            throw new InvalidOperationException($"Two consumers would share the queue {listener.Queue}.");
        _listeners.Add(listener);
    }

    private void Configure(IBusRegistrationContext context, IRabbitMqBusFactoryConfigurator rabbit)
    {
        rabbit.Host(RabbitMqAddress.Parse(_builder.ConnectionString("RabbitMq")), host =>
            RabbitMqAddress.Authenticate(host, _builder.ConnectionString("RabbitMq")));
        rabbit.ConfigureJsonSerializerOptions(json =>
        {
            json.WriteIndented = false;
            return json;
        });
        rabbit.Publish<IEvent>(topology => topology.Exclude = true);
        rabbit.Publish<ICommand>(topology => topology.Exclude = true);
        var park = context.GetRequiredService<ParkFilter>();
        foreach (var listener in _listeners) rabbit.ReceiveEndpoint(listener.Queue, endpoint =>
        {
            Durable(endpoint);
            endpoint.SetQueueArgument("x-dead-letter-exchange", QueueNames.Undeliverable);
            endpoint.SetQueueArgument("x-dead-letter-strategy", "at-least-once");
            endpoint.PrefetchCount = listener.Kind.Prefetch;
            endpoint.ConcurrentMessageLimit = listener.Kind.Concurrency;
            endpoint.ConfigureConsumeTopology = listener.HearsEvents;
            ParkWhatFails(endpoint, park);
            endpoint.UseScheduledRedelivery(retry => retry.Intervals([.. listener.Kind.Redeliveries]));
            endpoint.UseMessageRetry(retry =>
            {
                retry.Handle<Exception>(Outage.IsBehind);
                retry.Interval(Outage.Attempts, Outage.Pause);
            });
            endpoint.UseMessageRetry(retry =>
            {
                retry.Ignore<Exception>(Outage.IsBehind);
                retry.Intervals([.. listener.Kind.Retries]);
            });
            listener.Configure(endpoint, context);
        });

        foreach (var hearing in _hearing) hearing.Configure(rabbit, context);

        // Nothing here consumes what the broker gave up on, so all of it is parked.
        if (_listeners.Count > 0) rabbit.ReceiveEndpoint(QueueNames.Undeliverable, endpoint =>
        {
            Durable(endpoint);
            endpoint.ConfigureConsumeTopology = false;
            ParkWhatFails(endpoint, park);
        });
    }

    private static void Durable(IRabbitMqReceiveEndpointConfigurator endpoint)
    {
        endpoint.SetQuorumQueue();
        endpoint.SetQueueArgument("x-delivery-limit", DeliveryLimit);
        endpoint.SetQueueArgument("x-max-length", QueueLimit);
        endpoint.SetQueueArgument("x-overflow", "reject-publish");
    }

    private static void ParkWhatFails(IReceiveEndpointConfigurator endpoint, ParkFilter park)
    {
        // Nobody listens to faults, and publishing one has no time limit.
        endpoint.PublishFaults = false;
        endpoint.ConfigureError(failed =>
        {
            failed.UseFilter(new GenerateFaultFilter());
            failed.UseFilter(park);
        });
        endpoint.ConfigureDeadLetter(unconsumed => unconsumed.UseFilter(park));
    }
}

/// <summary>A queue, how its messages are handled, and by whom.</summary>
internal sealed record Listener(
    string Queue, ConsumerKind Kind, bool HearsEvents, Action<IReceiveEndpointConfigurator, IRegistrationContext> Configure);
