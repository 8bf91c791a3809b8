using MassTransit;
using MassTransit.Saga;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Shop.Messaging.Sagas;

/// <summary>
/// The ordinary path of a state machine: an instance is read with its row locked, in the transaction of the message, and
/// saved with it. Two first messages at once meet at the primary key: the loser is retried and finds the row.
/// Stands where MassTransit's own EF Core repository would, and takes the same kind of DbContext.
/// </summary>
internal sealed class EntityFrameworkSagaRepository<TSaga, TContext>(TContext database)
    : ISagaRepositoryContextFactory<TSaga>, ILoadSagaRepositoryContextFactory<TSaga>, IQuerySagaRepositoryContextFactory<TSaga>,
      ISagaStorage<TSaga>
    where TSaga : class, ISagaVersion
    where TContext : DbContext
{
    public Task Send<T>(ConsumeContext<T> context, IPipe<SagaRepositoryContext<TSaga, T>> next)
        where T : class =>
        WithinTransaction(() => next.Send(new SagaMessageContext<TSaga, T>(context, this)), context.CancellationToken);

    public Task SendQuery<T>(
        ConsumeContext<T> context, ISagaQuery<TSaga> query, IPipe<SagaRepositoryQueryContext<TSaga, T>> next)
        where T : class =>
        WithinTransaction(async () => await next.Send(new DefaultSagaRepositoryQueryContext<TSaga, T>(
            new SagaMessageContext<TSaga, T>(context, this), await Find(query, context.CancellationToken))),
            context.CancellationToken);

    public Task<T> Execute<T>(Func<LoadSagaRepositoryContext<TSaga>, Task<T>> asyncMethod, CancellationToken cancellationToken)
        where T : class =>
        asyncMethod(new LoadSagaContext<TSaga>(
            (id, token) => database.Set<TSaga>().AsNoTracking().SingleOrDefaultAsync(saga => saga.CorrelationId == id, token),
            cancellationToken));

    public Task<T> Execute<T>(Func<QuerySagaRepositoryContext<TSaga>, Task<T>> asyncMethod, CancellationToken cancellationToken)
        where T : class =>
        asyncMethod(new QueryContext(this, cancellationToken));

    public void Probe(ProbeContext context) => context.Add("persistence", "entity framework");

    public Task<TSaga?> Load(Guid correlationId, CancellationToken cancellationToken)
    {
        var type = database.Model.FindEntityType(typeof(TSaga))!;
        var table = StoreObjectIdentifier.Create(type, StoreObjectType.Table)!.Value;
        var key = type.FindPrimaryKey()!.Properties[0].GetColumnName(table);
        var sql = $$"""select * from "{{table.Schema}}"."{{table.Name}}" where "{{key}}" = {0} for update""";
        return database.Set<TSaga>().FromSqlRaw(sql, correlationId).AsAsyncEnumerable()
            .SingleOrDefaultAsync(cancellationToken).AsTask();
    }

    public Task Insert(TSaga instance, CancellationToken cancellationToken)
    {
        database.Add(instance);
        return Save(instance, cancellationToken);
    }

    public Task Update(TSaga instance, CancellationToken cancellationToken)
    {
        instance.Version++;
        return Save(instance, cancellationToken);
    }

    public Task Delete(TSaga instance, CancellationToken cancellationToken)
    {
        database.Remove(instance);
        return Save(instance, cancellationToken);
    }

    private Task Save(TSaga instance, CancellationToken cancellationToken)
    {
        if (instance is IHasNewRows more) database.AddRange(more.TakeNewRows());
        return database.SaveChangesAsync(cancellationToken);
    }

    private Task<List<Guid>> Find(ISagaQuery<TSaga> query, CancellationToken cancellationToken) =>
        database.Set<TSaga>().AsNoTracking().Where(query.FilterExpression)
            .OrderBy(saga => saga.CorrelationId).Select(saga => saga.CorrelationId).Take(1_000).ToListAsync(cancellationToken);

    /// <summary>The transaction of the outbox around it where there is one, else its own.</summary>
    private async Task WithinTransaction(Func<Task> handle, CancellationToken cancellationToken)
    {
        if (database.Database.CurrentTransaction is not null)
        {
            await handle();
            return;
        }

        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        await handle();
        await transaction.CommitAsync(cancellationToken);
    }

    private sealed class QueryContext(EntityFrameworkSagaRepository<TSaga, TContext> repository, CancellationToken cancellationToken)
        : MassTransit.Middleware.BasePipeContext(cancellationToken), QuerySagaRepositoryContext<TSaga>
    {
        public async Task<SagaRepositoryQueryContext<TSaga>> Query(ISagaQuery<TSaga> query, CancellationToken cancellationToken) =>
            new DefaultSagaRepositoryQueryContext<TSaga>(this, await repository.Find(query, cancellationToken));
    }
}
