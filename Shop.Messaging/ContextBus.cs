using MassTransit;
using MassTransit.Configuration;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Shop.Contracts;
using Shop.Messaging.GroupCommit;
using Shop.Messaging.Hosting;
using Shop.Messaging.Outbox;
using Shop.Messaging.Sagas;
using Shop.Messaging.Scheduling;

namespace Shop.Messaging;

/// <summary>What listens and ticks in one bounded context: a line a consumer.</summary>
public sealed class ContextBus<TContext>
    where TContext : DbContext
{
    private readonly ShopBus _bus;
    private readonly string _context = ContextOptions.SchemaOf(typeof(TContext));

    internal ContextBus(ShopBus bus) => _bus = bus;

    /// <summary>A consumer with a transaction, an outbox and an inbox of its own for each message. The usual choice.</summary>
    public void Consumer<TConsumer>(ConsumerKind? kind = null)
        where TConsumer : class, IConsumer =>
        Listen<PlainPath<TContext>>(typeof(TConsumer), typeof(TConsumer), typeof(IConsumer<>), kind ?? ConsumerKind.Ordinary);

    /// <summary>
    /// A consumer that notes what it wants written in its <see cref="UnitOfWork"/>, committed together with its neighbours.
    /// No inbox: it must know by a key of its own what it has done before.
    /// </summary>
    public void CollectingConsumer<TConsumer>(ConsumerKind? kind = null)
        where TConsumer : class, IConsumer =>
        Listen<GroupPath<TContext>>(typeof(TConsumer), typeof(TConsumer), typeof(IConsumer<>), kind ?? ConsumerKind.Grouped);

    /// <summary>A consumer that decides messages that arrive together as one set. No inbox, as above.</summary>
    public void GroupConsumer<TConsumer>(ConsumerKind? kind = null)
        where TConsumer : class
    {
        var message = MessageOf(typeof(TConsumer), typeof(IGroupConsumer<>));
        var runner = typeof(GroupRunner<,,>).MakeGenericType(typeof(TConsumer), message, typeof(TContext));
        kind ??= ConsumerKind.Grouped;
        _bus.Services.AddScoped<TConsumer>();
        _bus.Services.AddSingleton(runner, provider => ActivatorUtilities.CreateInstance(provider, runner, kind));
        Listen<GroupPath<TContext>>(
            typeof(GroupConsumerAdapter<,,>).MakeGenericType(typeof(TConsumer), message, typeof(TContext)),
            typeof(TConsumer), typeof(IGroupConsumer<>), kind);
    }

    /// <summary>A state machine on the fast path: its messages are read and committed in groups.</summary>
    public void GroupSaga<TStateMachine, TInstance>(string queue, ConsumerKind? kind = null)
        where TStateMachine : class, SagaStateMachine<TInstance>
        where TInstance : class, SagaStateMachineInstance, ISagaVersion
    {
        _bus.Registration.AddSagaStateMachine<TStateMachine, TInstance>().GroupCommitRepository<TInstance, TContext>();
        ListenSaga<GroupPath<TContext>, TInstance>(queue, kind ?? ConsumerKind.Grouped);
    }

    /// <summary>A state machine with a transaction of its own for each message.</summary>
    public void Saga<TStateMachine, TInstance>(string queue, ConsumerKind? kind = null)
        where TStateMachine : class, SagaStateMachine<TInstance>
        where TInstance : class, SagaStateMachineInstance, ISagaVersion
    {
        _bus.Registration.AddSagaStateMachine<TStateMachine, TInstance>().EntityFrameworkRepository<TInstance, TContext>();
        ListenSaga<PlainPath<TContext>, TInstance>(queue, kind ?? ConsumerKind.Ordinary);
    }

    private void ListenSaga<TPath, TInstance>(string queue, ConsumerKind kind)
        where TPath : class
        where TInstance : class, ISaga =>
        _bus.Listen(new Listener(queue, kind, HearsEvents: true, (endpoint, context) =>
        {
            Attach<TPath>(endpoint, context);
            endpoint.ConfigureSaga<TInstance>(context);
        }));

    private void Listen<TPath>(Type registered, Type consumer, Type kindOfConsumer, ConsumerKind kind)
        where TPath : class
    {
        var message = MessageOf(consumer, kindOfConsumer);
        var isCommand = typeof(ICommand).IsAssignableFrom(message);
        var queue = isCommand ? QueueNames.OfCommand(message) : QueueNames.OfConsumer(_context, consumer);
        _bus.Registration.AddConsumer(registered);
        _bus.Listen(new Listener(queue, kind, HearsEvents: !isCommand, (endpoint, context) =>
        {
            Attach<TPath>(endpoint, context);
            endpoint.ConfigureConsumer(context, registered);
        }));
    }

    /// <summary>Retries are around it already; it comes before the consumer, or it would not be in its pipe.</summary>
    private static void Attach<TPath>(IReceiveEndpointConfigurator endpoint, IRegistrationContext context)
        where TPath : class
    {
        endpoint.AddPrePipeSpecification(new TimerSchedulerSpecification<TContext>(
            context.GetRequiredService<Database<TContext>>()));
        var observer = new OutboxConsumePipeSpecificationObserver<TPath>(endpoint, context);
        endpoint.ConnectConsumerConfigurationObserver(observer);
        endpoint.ConnectSagaConfigurationObserver(observer);
    }

    private static Type MessageOf(Type consumer, Type kind)
    {
        var messages = consumer.GetInterfaces()
            .Where(type => type.IsGenericType && type.GetGenericTypeDefinition() == kind)
            .Select(type => type.GetGenericArguments()[0]).ToList();
        return messages.Count == 1
            ? messages[0]
            : throw new InvalidOperationException($"{consumer.Name} takes {messages.Count} kinds of message; a consumer takes one.");
    }
}
