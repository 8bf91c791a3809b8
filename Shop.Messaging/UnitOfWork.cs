using Shop.Messaging.GroupCommit;
using Shop.Messaging.Outbox;
using Shop.Messaging.Scheduling;

namespace Shop.Messaging;

/// <summary>
/// All that one message wants written and sent, collected while it is handled and committed at once: rows, outgoing
/// messages, timers armed and disarmed, and its own mark in the inbox. One a scope.
/// </summary>
public sealed class UnitOfWork
{
    private readonly List<OutgoingMessage> _outgoing = [];
    private readonly List<MessageTimer> _armed = [];
    private readonly List<Guid> _disarmed = [];

    public RowSet Rows { get; } = new();

    internal IReadOnlyList<OutgoingMessage> Outgoing => _outgoing;
    internal IReadOnlyList<MessageTimer> Armed => _armed;
    internal IReadOnlyList<Guid> Disarmed => _disarmed;

    /// <summary>Set when the group that this message was decided in has committed it already.</summary>
    internal bool IsCommitted { get; set; }

    internal int NextPosition { get; set; }

    internal IDisposable? Turn { get; private set; }

    /// <summary>
    /// Waits for the messages of the same row that came before. The turn lasts until what this message did is committed
    /// and published. A message takes one turn at most, so that nobody waits in a circle.
    /// </summary>
    public async Task TakeTurn<TRow>(Turns<TRow> turns, Guid key)
    {
        if (Turn is not null) throw new InvalidOperationException("This message has a turn already.");
        Turn = await turns.Take(key);
    }

    internal void Add(OutgoingMessage message) => _outgoing.Add(message);
    internal void Arm(MessageTimer timer) => _armed.Add(timer);

    internal void Disarm(Guid token)
    {
        // Armed and disarmed by the same message: it was never there.
        if (_armed.RemoveAll(timer => timer.Token == token) == 0) _disarmed.Add(token);
    }

    /// <summary>Forgets everything, for a message that is decided anew.</summary>
    internal void Reset()
    {
        Rows.Clear();
        _outgoing.Clear();
        _armed.Clear();
        _disarmed.Clear();
        NextPosition = 0;
    }
}
