using MassTransit;
using MassTransit.Saga;
using Microsoft.EntityFrameworkCore;
using Shop.Messaging.GroupCommit;
using Shop.Messaging.Outbox;

namespace Shop.Messaging.Sagas;

/// <summary>
/// The fast path of a state machine: instances are read together and without locks, and changes are noted in the unit
/// of work. The group's commit asserts the version that was read, so that a lost race fails and is decided again.
/// </summary>
internal sealed class GroupSagaRepository<TSaga, TContext>(SagaLoader<TSaga, TContext> loader)
    : ISagaRepositoryContextFactory<TSaga>, ILoadSagaRepositoryContextFactory<TSaga>
    where TSaga : class, ISagaVersion
    where TContext : DbContext
{
    public Task Send<T>(ConsumeContext<T> context, IPipe<SagaRepositoryContext<TSaga, T>> next)
        where T : class
    {
        if (!context.TryGetPayload(out IHasUnitOfWork? work))
            throw new ConfigurationException($"{typeof(TSaga).Name} is on the fast path, but its endpoint has no unit of work.");
        return next.Send(new SagaMessageContext<TSaga, T>(context, new Storage(loader, work.Unit.Rows)));
    }

    public Task SendQuery<T>(
        ConsumeContext<T> context, ISagaQuery<TSaga> query, IPipe<SagaRepositoryQueryContext<TSaga, T>> next)
        where T : class =>
        throw new NotSupportedException("The fast path correlates by id only.");

    public Task<T> Execute<T>(Func<LoadSagaRepositoryContext<TSaga>, Task<T>> asyncMethod, CancellationToken cancellationToken)
        where T : class =>
        asyncMethod(new LoadSagaContext<TSaga>((id, _) => loader.Load(id), cancellationToken));

    public void Probe(ProbeContext context) => context.Add("persistence", "group commit");

    private sealed class Storage(SagaLoader<TSaga, TContext> loader, RowSet rows) : ISagaStorage<TSaga>
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

/// <summary>Reads the instances that are wanted at the same time with one statement.</summary>
internal sealed class SagaLoader<TSaga, TContext>
    where TSaga : class, ISaga
    where TContext : DbContext
{
    private readonly IDbContextFactory<TContext> _contexts;
    private readonly Coalescer<Guid, TSaga?> _coalescer;

    public SagaLoader(IDbContextFactory<TContext> contexts)
    {
        _contexts = contexts;
        _coalescer = new Coalescer<Guid, TSaga?>(LoadGroup);
    }

    public Task<TSaga?> Load(Guid correlationId) => _coalescer.Call(correlationId);

    private async Task LoadGroup(IReadOnlyList<Call<Guid, TSaga?>> calls)
    {
        // Two messages of one saga must not share an instance: the second is read with the next round.
        for (var round = calls; round.Count > 0;)
        {
            var first = round.DistinctBy(call => call.Request).ToDictionary(call => call.Request);
            var ids = first.Keys.ToArray();
            await using var context = await _contexts.CreateDbContextAsync();
            var found = await context.Set<TSaga>().AsNoTracking()
                .Where(saga => ids.Contains(saga.CorrelationId))
                .ToDictionaryAsync(saga => saga.CorrelationId);
            foreach (var (id, call) in first) call.Succeed(found.GetValueOrDefault(id));
            round = [.. round.Where(call => first[call.Request] != call)];
        }
    }
}
