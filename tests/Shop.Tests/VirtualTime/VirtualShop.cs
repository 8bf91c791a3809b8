using System.Linq.Expressions;
using MassTransit;
using Microsoft.Extensions.Options;
using Shop.Contracts.Payments;
using Shop.Sagas.Checkout;
using Shop.Sagas.Returns;

namespace Shop.Tests.VirtualTime;

/// <summary>What is broken on purpose, to see that it is found.</summary>
public enum Flaw
{
    None,

    /// <summary>A reservation that comes again holds the stock again.</summary>
    HoldsAgain,

    /// <summary>The provider does not know the key of an authorisation that comes again.</summary>
    ChargesAgain,

    /// <summary>What is sold stays sold, whoever releases it.</summary>
    ForgetsRelease,

    /// <summary>One message in twenty is lost for good.</summary>
    LosesMessages,

    /// <summary>The machine ends orders without giving their money back.</summary>
    ForgetsVoid,

    /// <summary>A parcel leaves whether or not fulfilment was stopped.</summary>
    ShipsStopped,

    /// <summary>A refund that comes again is paid again.</summary>
    RefundsAgain,
}

/// <summary>
/// The product's state machines in virtual time, among models of everybody they talk to. All that happens stands in one
/// queue in the order of its time; whoever is due next is drawn by the seed where two are due at once. Nothing waits.
/// </summary>
internal sealed class VirtualShop
{
    /// <summary>Nothing that is right takes so many steps.</summary>
    private const int MostSteps = 20_000;

    private static readonly Machine<Order> Checkouts = new(new CheckoutStateMachine(Options.Create(new CheckoutOptions())));
    private static readonly Machine<Return> Backs = new(new ReturnStateMachine(Options.Create(new ReturnOptions())));
    private static readonly Dictionary<(Type, string), Func<object, Guid>> Ids = [];

    private readonly PriorityQueue<Action, (TimeSpan At, int Lot)> _due = new();
    private readonly SortedSet<(TimeSpan At, Guid Token)> _timers = [];
    private readonly Dictionary<Guid, TimeSpan> _armed = [];
    private readonly Dictionary<Type, List<Action<object>>> _receivers = [];
    private readonly Dictionary<string, HashSet<object>> _inboxes = [];
    private readonly List<string>? _trace;

    public VirtualShop(int seed, Flaw flaw = Flaw.None, bool traced = false)
    {
        (Luck, Flaw) = (new Luck(seed), flaw);
        if (traced) _trace = [];
        Stock = new StockModel(this);
        Payments = new PaymentModel(this);
        Fulfillment = new FulfillmentModel(this);
        Customers = new CustomerModel(this);
    }

    public Luck Luck { get; }
    public Flaw Flaw { get; }
    public TimeSpan Now { get; private set; }
    public int Steps { get; private set; }

    public Dictionary<Guid, Order> Orders { get; } = [];
    public Dictionary<Guid, Return> Returns { get; } = [];

    /// <summary>Whatever was sent or published, once each, in order.</summary>
    public List<object> Told { get; } = [];

    public StockModel Stock { get; }
    public PaymentModel Payments { get; }
    public FulfillmentModel Fulfillment { get; }
    public CustomerModel Customers { get; }
    public IReadOnlyList<string> Trace => _trace ?? [];

    public void On<T>(Action<T> receive)
        where T : class => Receivers(typeof(T)).Add(message => receive((T)message));

    /// <summary>Like the plain path: the same message is received once.</summary>
    public void Once<T>(Action<T> receive)
        where T : class => On<T>(message =>
    {
        if (IsNew(message, typeof(T).Name)) receive(message);
    });

    public void After(TimeSpan delay, Action happens) => _due.Enqueue(happens, (Now + delay, Luck.Next(int.MaxValue)));

    /// <summary>A committed message: everyone who hears it gets it, late, twice or both.</summary>
    public void Tell(object message)
    {
        Told.Add(message);
        foreach (var receive in Receivers(message.GetType())) Send(message, () => receive(message));
        if (Checkouts.Hears(message)) Send(message, () => Raise(message, timer: null));
        if (Backs.Hears(message)) Send(message, () => RaiseReturn(message, timer: null));
    }

    /// <summary>Until nothing is under way and nothing is waited for.</summary>
    public void Run()
    {
        while (_due.TryDequeue(out var happens, out var when))
        {
            if (++Steps > MostSteps) throw new FlawFoundException($"It does not come to rest in {MostSteps} steps.");
            Now = when.At;
            happens();
            Stock.Judge();
        }
    }

    public void Note(string what) => _trace?.Add($"{Now:d\\.hh\\:mm\\:ss\\.fff} {what}");

    private List<Action<object>> Receivers(Type message)
    {
        if (!_receivers.TryGetValue(message, out var all)) _receivers[message] = all = [];
        return all;
    }

    /// <summary>A message is itself, and not another that says the same.</summary>
    private bool IsNew(object message, string receiver)
    {
        if (!_inboxes.TryGetValue(receiver, out var inbox))
            _inboxes[receiver] = inbox = new HashSet<object>(ReferenceEqualityComparer.Instance);
        return inbox.Add(message);
    }

    private void Send(object message, Action receive)
    {
        if (Flaw == Flaw.LosesMessages && Luck.OneIn(20)) return;
        for (var copies = Luck.Copies(); copies > 0; copies--)
            After(Luck.Lateness(_timers.Count == 0 ? null : _timers.Min.At - Now), () =>
            {
                if (_trace is not null) Note($"{message}");
                receive();
            });
    }

    private void Raise(object message, Guid? timer)
    {
        var id = IdOf(message, "OrderId");
        var isNew = !Orders.TryGetValue(id, out var order);
        if (isNew)
        {
            if (!Checkouts.Begins(message)) return;
            Orders[id] = order = new Order { CorrelationId = id };
        }

        Handle(Checkouts, order!, message, timer);
        Customers.Judge(order!);
    }

    private void RaiseReturn(object message, Guid? timer)
    {
        if (!IsNew(message, "returns")) return;
        var back = message switch
        {
            PaymentRefunded refunded => Returns.Values.FirstOrDefault(each => each.RefundId == refunded.RefundId),
            PaymentRefundFailed failed => Returns.Values.FirstOrDefault(each => each.RefundId == failed.RefundId),
            _ => Returns.GetValueOrDefault(IdOf(message, "ReturnId")),
        };
        if (back is null)
        {
            if (!Backs.Begins(message)) return;
            back = new Return { CorrelationId = IdOf(message, "ReturnId") };
            Returns[back.CorrelationId] = back;
        }

        Handle(Backs, back, message, timer);
    }

    private void Handle<TSaga>(Machine<TSaga> machine, TSaga saga, object message, Guid? timer)
        where TSaga : class, SagaStateMachineInstance
    {
        var handling = new Handling(timer, Luck.Id);
        var raised = machine.Raise(saga, message, handling);
        // Nothing in a machine waits; what it throws would go to the dead letters.
        if (!raised.IsCompleted) throw new FlawFoundException($"{message} waits for something.");
        raised.GetAwaiter().GetResult();

        foreach (var token in handling.Disarmed) Disarm(token);
        foreach (var (token, delay, timed) in handling.Armed) Arm(token, delay, timed);
        foreach (var sent in handling.Messages)
            if (Flaw != Flaw.ForgetsVoid || sent is not VoidPayment) Tell(sent);
    }

    private void Arm(Guid token, TimeSpan delay, object message)
    {
        _armed[token] = Now + delay;
        _timers.Add((Now + delay, token));
        After(delay, () =>
        {
            // One that is disarmed after it was claimed comes all the same, late.
            if (!Disarm(token)) return;
            Send(message, () =>
            {
                if (Checkouts.Hears(message)) Raise(message, token);
                else RaiseReturn(message, token);
            });
        });
    }

    private bool Disarm(Guid token)
    {
        if (!_armed.Remove(token, out var at)) return false;
        _timers.Remove((at, token));
        return true;
    }

    public static Guid IdOf(object message, string property)
    {
        var type = message.GetType();
        Func<object, Guid>? id;
        lock (Ids)
            if (!Ids.TryGetValue((type, property), out id))
            {
                var parameter = Expression.Parameter(typeof(object));
                id = Expression.Lambda<Func<object, Guid>>(
                    Expression.Property(Expression.Convert(parameter, type), property), parameter).Compile();
                Ids[(type, property)] = id;
            }

        return id(message);
    }
}

/// <summary>Something that must hold does not.</summary>
public sealed class FlawFoundException(string message) : Exception(message);
