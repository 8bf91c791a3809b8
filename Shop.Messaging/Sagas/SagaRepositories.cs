using MassTransit;
using MassTransit.Configuration;
using MassTransit.Saga;
using Microsoft.EntityFrameworkCore;

namespace Shop.Messaging.Sagas;

/// <summary>Chooses where a state machine's instances live, where MassTransit's own repositories are chosen too.</summary>
public static class SagaRepositories
{
    /// <summary>One transaction a message, the row locked. For any machine that is not on a hot path.</summary>
    public static ISagaRegistrationConfigurator<TSaga> EntityFrameworkRepository<TSaga, TContext>(
        this ISagaRegistrationConfigurator<TSaga> saga)
        where TSaga : class, ISagaVersion
        where TContext : DbContext => saga.Repository(repository =>
        {
            repository.RegisterLoadSagaRepository<TSaga, EntityFrameworkSagaRepository<TSaga, TContext>>();
            repository.RegisterQuerySagaRepository<TSaga, EntityFrameworkSagaRepository<TSaga, TContext>>();
            repository.RegisterSagaRepository<TSaga, TContext, SagaConsumeContextFactory<TContext, TSaga>,
                EntityFrameworkSagaRepository<TSaga, TContext>>();
        });

    /// <summary>Messages that arrive together are read and committed together. Correlates by id only.</summary>
    public static ISagaRegistrationConfigurator<TSaga> GroupCommitRepository<TSaga, TContext>(
        this ISagaRegistrationConfigurator<TSaga> saga)
        where TSaga : class, ISagaVersion
        where TContext : DbContext => saga.Repository(repository =>
        {
            repository.RegisterLoadSagaRepository<TSaga, GroupSagaRepository<TSaga, TContext>>();
            repository.RegisterSagaRepository<TSaga, TContext, SagaConsumeContextFactory<TContext, TSaga>,
                GroupSagaRepository<TSaga, TContext>>();
        });
}
