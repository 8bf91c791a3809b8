using MassTransit;

namespace Shop.Messaging;

/// <summary>
/// A consumer that each instance of a host has for itself. Its queue goes with the instance; one that merely lost its
/// connection may find it again within a minute. What does not fit is dropped from the head: an instance that lags so far
/// is to rely on what it holds growing old.
/// </summary>
internal sealed class EveryInstance(string context, Type consumer, Func<IServiceProvider, Task> mayHaveMissed)
{
    private const int LongestQueue = 10_000;
    private const int Prefetch = 64;
    private const int Concurrency = 4;

    private static readonly TimeSpan Absence = TimeSpan.FromMinutes(1);

    public void Configure(IRabbitMqBusFactoryConfigurator rabbit, IBusRegistrationContext services) =>
        rabbit.ReceiveEndpoint(QueueNames.OfInstance(context, consumer, Guid.NewGuid()), endpoint =>
        {
            // It expires rather than being exclusive or deleted at once: a connection that is lost for a moment finds it
            // again with what was said meanwhile, and one that is half dead does not keep it locked. Its exchange follows.
            endpoint.AutoDelete = true;
            endpoint.QueueExpiration = Absence;
            endpoint.SetQueueArgument("x-max-length", LongestQueue);
            endpoint.PrefetchCount = Prefetch;
            endpoint.ConcurrentMessageLimit = Concurrency;
            var misses = new Misses(services, mayHaveMissed);
            endpoint.ConfigureError(failed => failed.UseFilter(misses));
            endpoint.DiscardSkippedMessages();
            endpoint.ConnectReceiveEndpointObserver(misses);
            endpoint.ConfigureConsumer(services, consumer);
        });

    private sealed class Misses(IServiceProvider services, Func<IServiceProvider, Task> mayHaveMissed)
        : IFilter<ExceptionReceiveContext>, IReceiveEndpointObserver
    {
        /// <summary>The queue is bound by now: what happens from here on is heard.</summary>
        public Task Ready(ReceiveEndpointReady ready) => mayHaveMissed(services);

        /// <summary>The message is done with: nothing follows that would move it elsewhere.</summary>
        public Task Send(ExceptionReceiveContext context, IPipe<ExceptionReceiveContext> next) => mayHaveMissed(services);

        public void Probe(ProbeContext context) => context.CreateFilterScope("missed");
        public Task Stopping(ReceiveEndpointStopping stopping) => Task.CompletedTask;
        public Task Completed(ReceiveEndpointCompleted completed) => Task.CompletedTask;
        public Task Faulted(ReceiveEndpointFaulted faulted) => Task.CompletedTask;
    }
}
