using MassTransit;
using MassTransit.Context;
using MassTransit.Middleware;
using MassTransit.Saga;

namespace Shop.Messaging.Sagas;

/// <summary>
/// What a state machine's pipeline asks of storage while one message is handled. How an instance is read and what a
/// change means is left to the path: see <see cref="GroupSagaRepository{TSaga,TContext}"/> and
/// <see cref="EntityFrameworkSagaRepository{TSaga,TContext}"/>.
/// </summary>
internal sealed class SagaMessageContext<TSaga, TMessage>(ConsumeContext<TMessage> context, ISagaStorage<TSaga> storage)
    : ConsumeContextScope<TMessage>(context), SagaRepositoryContext<TSaga, TMessage>
    where TSaga : class, ISaga
    where TMessage : class
{
    public Task<SagaConsumeContext<TSaga, TMessage>> Add(TSaga instance) => Task.FromResult(For(instance));

    /// <summary>Null sends the pipeline on to load or add: the key decides between two first messages, at the commit.</summary>
    public Task<SagaConsumeContext<TSaga, TMessage>> Insert(TSaga instance) =>
        Task.FromResult<SagaConsumeContext<TSaga, TMessage>>(null!);

    public async Task<SagaConsumeContext<TSaga, TMessage>> Load(Guid correlationId) =>
        await storage.Load(correlationId, CancellationToken) is { } instance ? For(instance) : null!;

    public Task Save(SagaConsumeContext<TSaga> context) => storage.Insert(context.Saga, CancellationToken);
    public Task Update(SagaConsumeContext<TSaga> context) => storage.Update(context.Saga, CancellationToken);
    public Task Delete(SagaConsumeContext<TSaga> context) => storage.Delete(context.Saga, CancellationToken);
    public Task Discard(SagaConsumeContext<TSaga> context) => Task.CompletedTask;
    public Task Undo(SagaConsumeContext<TSaga> context) => Task.CompletedTask;

    public Task<SagaConsumeContext<TSaga, T>> CreateSagaConsumeContext<T>(
        ConsumeContext<T> consumeContext, TSaga instance, SagaConsumeContextMode mode)
        where T : class =>
        Task.FromResult<SagaConsumeContext<TSaga, T>>(new DefaultSagaConsumeContext<TSaga, T>(consumeContext, instance));

    private SagaConsumeContext<TSaga, TMessage> For(TSaga instance) =>
        new DefaultSagaConsumeContext<TSaga, TMessage>(this, instance);
}

/// <summary>How instances of a saga are read and written for one message.</summary>
internal interface ISagaStorage<TSaga>
    where TSaga : class, ISaga
{
    Task<TSaga?> Load(Guid correlationId, CancellationToken cancellationToken);
    Task Insert(TSaga instance, CancellationToken cancellationToken);
    Task Update(TSaga instance, CancellationToken cancellationToken);
    Task Delete(TSaga instance, CancellationToken cancellationToken);
}

/// <summary>Reads an instance outside of any message, for tests and tools.</summary>
internal sealed class LoadSagaContext<TSaga>(Func<Guid, CancellationToken, Task<TSaga?>> load, CancellationToken cancellationToken)
    : BasePipeContext(cancellationToken), LoadSagaRepositoryContext<TSaga>
    where TSaga : class, ISaga
{
    public async Task<TSaga> Load(Guid correlationId) => (await load(correlationId, CancellationToken))!;
}
