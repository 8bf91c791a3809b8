using System.Diagnostics;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Shop.Messaging.Hosting;

namespace Shop.Messaging.GroupCommit;

/// <summary>
/// A consumer that decides the messages that arrived together as one set. What it appends to the batch, and what its
/// messages send, is committed at once or not at all; if that fails, it is called again with smaller groups, so it keeps
/// nothing between calls.
/// </summary>
public interface IGroupConsumer<TMessage>
    where TMessage : class
{
    Task Consume(MessageGroup<TMessage> group, CancellationToken cancellationToken);
}

/// <param name="Connection">For reading what the decision needs, outside of any transaction.</param>
/// <param name="Batch">For writing: committed with the group's outgoing messages after the consumer returns.</param>
/// <param name="Messages">In the order of arrival, at most <see cref="LargestGroup"/>.</param>
public sealed record MessageGroup<TMessage>(
    NpgsqlConnection Connection, NpgsqlBatch Batch, IReadOnlyList<GroupMessage<TMessage>> Messages)
    where TMessage : class
{
    public const int LargestGroup = 128;
}

/// <summary>One message of a group, with an outcome of its own.</summary>
public sealed class GroupMessage<TMessage>
    where TMessage : class
{
    private readonly ConsumeContext<TMessage> _context;
    private readonly Activity? _activity = Activity.Current;

    internal GroupMessage(ConsumeContext<TMessage> context, UnitOfWork unit)
    {
        _context = context;
        Unit = unit;
    }

    public TMessage Body => _context.Message;

    /// <summary>Rows that are written for this message.</summary>
    public RowSet Rows => Unit.Rows;

    internal UnitOfWork Unit { get; }

    /// <summary>Publishes an event once the group is committed.</summary>
    public async Task Publish<TEvent>(TEvent message)
        where TEvent : class, Contracts.IEvent
    {
        // The group runs outside of any message's trace: what a message causes belongs to its own.
        Activity.Current = _activity;
        await _context.Publish(message);
        Activity.Current = null;
    }
}

/// <summary>What MassTransit sees: hands each message to the group that is gathering, and waits for its outcome.</summary>
internal sealed class GroupConsumerAdapter<TConsumer, TMessage, TContext>(
    UnitOfWork unit, GroupRunner<TConsumer, TMessage, TContext> runner) : IConsumer<TMessage>
    where TConsumer : class, IGroupConsumer<TMessage>
    where TMessage : class
    where TContext : DbContext
{
    public Task Consume(ConsumeContext<TMessage> context) => runner.Run(new GroupMessage<TMessage>(context, unit));
}

/// <summary>Runs the groups of one consumer, one after the other.</summary>
internal sealed class GroupRunner<TConsumer, TMessage, TContext>
    where TConsumer : class, IGroupConsumer<TMessage>
    where TMessage : class
    where TContext : DbContext
{
    private readonly Database<TContext> _database;
    private readonly IServiceScopeFactory _scopes;
    private readonly IDbContextFactory<TContext> _contexts;
    private readonly Coalescer<GroupMessage<TMessage>, bool> _coalescer;

    public GroupRunner(
        Database<TContext> database, IServiceScopeFactory scopes, IDbContextFactory<TContext> contexts, ConsumerKind kind)
    {
        _database = database;
        _scopes = scopes;
        _contexts = contexts;
        _coalescer = new Coalescer<GroupMessage<TMessage>, bool>(
            calls => Bisection.Run(calls, Handle, call => call.Succeed(true), (call, exception) => call.Fail(exception)),
            MessageGroup<TMessage>.LargestGroup, rest: kind.RestAfter);
    }

    public Task Run(GroupMessage<TMessage> message) => _coalescer.Call(message);

    private async Task Handle(IReadOnlyList<Call<GroupMessage<TMessage>, bool>> calls)
    {
        var messages = calls.Select(call => call.Request).ToList();
        foreach (var message in messages) message.Unit.Reset();

        await using var scope = _scopes.CreateAsyncScope();
        await using var connection = await _database.Source.OpenConnectionAsync();
        await using var batch = connection.CreateBatch();
        var consumer = scope.ServiceProvider.GetRequiredService<TConsumer>();
        await consumer.Consume(new MessageGroup<TMessage>(connection, batch, messages), CancellationToken.None);

        var units = messages.Select(message => message.Unit).ToList();
        await using var context = await _contexts.CreateDbContextAsync();
        UnitWriter.Append(batch, context, _database.Schema, units);
        if (batch.BatchCommands.Count > 0)
        {
            await batch.ExecuteNonQueryAsync();
            Telemetry.Committed(_database.Schema, units.Count);
        }

        foreach (var unit in units) unit.IsCommitted = true;
    }
}
