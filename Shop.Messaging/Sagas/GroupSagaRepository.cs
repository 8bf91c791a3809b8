using MassTransit;
using MassTransit.Saga;
using Microsoft.EntityFrameworkCore;
using Shop.Messaging.GroupCommit;
using Shop.Messaging.Outbox;

namespace Shop.Messaging.Sagas;

/// <summary>
/// The fast path of a state machine: instances are read together and without locks, and changes are noted in the unit
/// of work. The group's commit asserts the version that was read, so that a lost race fails and is decided again.
/// The messages of one instance take turns, so that only processes race.
/// </summary>
internal sealed class GroupSagaRepository<TSaga, TContext>(RowLoader<TSaga, TContext> loader, Turns<TSaga> turns)
    : ISagaRepositoryContextFactory<TSaga>, ILoadSagaRepositoryContextFactory<TSaga>
    where TSaga : class, ISagaVersion
    where TContext : DbContext
{
    public async Task Send<T>(ConsumeContext<T> context, IPipe<SagaRepositoryContext<TSaga, T>> next)
        where T : class
    {
        if (!context.TryGetPayload(out IHasUnitOfWork? work))
            throw new ConfigurationException($"{typeof(TSaga).Name} is on the fast path, but its endpoint has no unit of work.");
        await work.Unit.TakeTurn(turns, context.CorrelationId!.Value);
        await next.Send(new SagaMessageContext<TSaga, T>(context, new Storage(loader, work.Unit.Rows)));
    }

    public Task SendQuery<T>(
        ConsumeContext<T> context, ISagaQuery<TSaga> query, IPipe<SagaRepositoryQueryContext<TSaga, T>> next)
        where T : class =>
        throw new NotSupportedException("The fast path correlates by id only.");

    public Task<T> Execute<T>(Func<LoadSagaRepositoryContext<TSaga>, Task<T>> asyncMethod, CancellationToken cancellationToken)
        where T : class =>
        asyncMethod(new LoadSagaContext<TSaga>((id, _) => loader.Load(id), cancellationToken));

    public void Probe(ProbeContext context) => context.Add("persistence", "group commit");

    private sealed class Storage(RowLoader<TSaga, TContext> loader, RowSet rows) : ISagaStorage<TSaga>
    {
        public Task<TSaga?> Load(Guid correlationId, CancellationToken cancellationToken) => loader.Load(correlationId);

        public Task Insert(TSaga instance, CancellationToken cancellationToken) => Note(instance, rows.Insert);
        public Task Update(TSaga instance, CancellationToken cancellationToken) => Note(instance, rows.Update);
        public Task Delete(TSaga instance, CancellationToken cancellationToken) => Note(instance, rows.Delete);

        private Task Note(TSaga instance, Action<object> change)
        {
            change(instance);
            if (instance is IHasNewRows more)
                foreach (var row in more.TakeNewRows()) rows.Insert(row);
            return Task.CompletedTask;
        }
    }
}
