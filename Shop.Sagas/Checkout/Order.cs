using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Shop.Contracts;
using Shop.Contracts.Inventory;
using Shop.Contracts.Orders;
using Shop.Messaging.Hosting;
using Shop.Messaging.Sagas;

namespace Shop.Sagas.Checkout;

/// <summary>
/// The order record, which is the checkout's memory: what was bought stands beside how far it has come, in one row, so
/// that no projection can drift from the process. Columns that clients see are read through <c>orders.order_view</c>.
/// </summary>
internal sealed class Order : SagaStateMachineInstance, ISagaVersion, IHasNewRows
{
    private readonly List<OrderHistory> _newHistory = [];
    private readonly List<OrderEscalation> _newEscalations = [];

    public Guid CorrelationId { get; set; }
    public int Version { get; set; }

    /// <summary>The machine's state; <see cref="Status"/> is its public face.</summary>
    public string CurrentState { get; set; } = "";

    public string Status { get; private set; } = "";
    public int HistorySequence { get; private set; }

    public string Owner { get; set; } = "";
    public string Email { get; set; } = "";
    public Address ShippingAddress { get; set; } = null!;
    public string ShippingMethod { get; set; } = "";
    public IReadOnlyList<OrderLine> Lines { get; set; } = [];
    public long ShippingAmount { get; set; }
    public long TotalAmount { get; set; }
    public string Currency { get; set; } = "";
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Where the stock comes from, once it is reserved.</summary>
    public IReadOnlyList<Allocation> Allocations { get; set; } = [];

    /// <summary>What is being returned of it, or came back.</summary>
    public IReadOnlyList<OrderReturn> Returns { get; set; } = [];

    public string PaymentMethod { get; set; } = "";
    public PaymentStatus PaymentStatus { get; set; }
    public string? PaymentReference { get; set; }

    /// <summary>How often the provider was asked what became of the authorisation.</summary>
    public int PaymentQuestions { get; set; }

    public OrderFailure? Failure { get; set; }

    /// <summary>Whether <see cref="OrderConfirmed"/> was published.</summary>
    public bool WasConfirmed { get; set; }

    public Guid? DeadlineToken { get; set; }

    /// <summary>Why fulfilment is, or was last, asked to stop: how the order ends if it does.</summary>
    public StopCause StopCause { get; set; }

    /// <summary>Whether operators were told that the order goes on although its stock or money is gone.</summary>
    public bool IsEscalated { get; set; }

    /// <summary>Whether all of it has arrived, which may be known before it is known to have left.</summary>
    public bool HasArrived { get; set; }

    public Money Total => new(TotalAmount, Currency);

    /// <summary>Shows clients a new status: a line of the history, numbered without a gap, in the same commit.</summary>
    public void Record(string status, string? reason = null)
    {
        Status = status;
        _newHistory.Add(new OrderHistory { OrderId = CorrelationId, Sequence = ++HistorySequence, Status = status, Reason = reason });
    }

    /// <summary>Shows operators what only people can put right, once an order.</summary>
    public void Escalate(string kind, string detail)
    {
        if (IsEscalated) return;
        IsEscalated = true;
        _newEscalations.Add(new OrderEscalation { OrderId = CorrelationId, Kind = kind, Detail = detail });
    }

    /// <summary>Shows what the returns of a delivered order make of its status, if that is new.</summary>
    public void ShowReturns()
    {
        if (Returns.Status() is var status && status != Status) Record(status);
    }

    public IEnumerable<object> TakeNewRows()
    {
        object[] rows = [.. _newHistory, .. _newEscalations];
        _newHistory.Clear();
        _newEscalations.Clear();
        return rows;
    }
}

/// <summary>One status that an order has shown.</summary>
internal sealed class OrderHistory
{
    public Guid OrderId { get; init; }

    /// <summary>From 1, without a gap.</summary>
    public int Sequence { get; init; }

    public string Status { get; init; } = "";

    /// <summary>By the database's clock.</summary>
    public DateTimeOffset At { get; init; }

    public string? Reason { get; init; }
}

/// <summary>What operators must know of an order. It stands in <c>orders.escalation_view</c>.</summary>
internal sealed class OrderEscalation
{
    public Guid OrderId { get; init; }
    public string Kind { get; init; } = "";
    public string Detail { get; init; } = "";

    /// <summary>By the database's clock.</summary>
    public DateTimeOffset RaisedAt { get; init; }
}

/// <summary>Why fulfilment is asked to stop.</summary>
internal enum StopCause
{
    /// <summary>The customer cancels.</summary>
    Cancelled,

    /// <summary>Its stock could not be sold.</summary>
    SaleLost,

    /// <summary>Its money is no longer held.</summary>
    PaymentVoided,
}

/// <summary>Why an order ended without success, in a code and in words, with the lines it concerns.</summary>
internal sealed record OrderFailure(string Code, string Detail, IReadOnlyList<Shortage> Lines);

internal enum PaymentStatus
{
    None,
    Authorizing,
    Unknown,
    Authorized,
    Declined,
    Voided,

    /// <summary>At least of what has been shipped.</summary>
    Captured,
}

internal sealed class OrderTable : IEntityTypeConfiguration<Order>
{
    public void Configure(EntityTypeBuilder<Order> order)
    {
        order.ToTable("orders", table => table.HasCheckConstraint("ck_order_total", "total_amount >= 0"));
        order.HasStorageParameter("fillfactor", 70);
        order.HasKey(row => row.CorrelationId);
        order.Property(row => row.CorrelationId).HasColumnName("id").ValueGeneratedNever();
        order.Property(row => row.Version).IsConcurrencyToken();
        order.Property(row => row.ShippingAddress).HasJsonb();
        order.Property(row => row.Lines).HasJsonb();
        order.Property(row => row.Allocations).HasJsonb();
        order.Property(row => row.Returns).HasJsonb().HasDefaultValueSql("'[]'");
        order.Property(row => row.Failure).HasJsonb();
        order.Property(row => row.PaymentStatus).HasConversion(UpperSnake.Of<PaymentStatus>());
        order.Property(row => row.StopCause).HasConversion(UpperSnake.Of<StopCause>()).HasDefaultValue(StopCause.Cancelled)
            .ValueGeneratedNever();
        order.Ignore(row => row.Total);
        order.HasIndex(row => new { row.Owner, row.CreatedAt, row.CorrelationId }).IsDescending(false, true, true);
    }
}

internal sealed class OrderHistoryTable : IEntityTypeConfiguration<OrderHistory>
{
    public void Configure(EntityTypeBuilder<OrderHistory> history)
    {
        history.ToTable("order_history");
        history.HasKey(row => new { row.OrderId, row.Sequence });
        history.Property(row => row.At).HasDefaultValueSql("now()");
    }
}

internal sealed class OrderEscalationTable : IEntityTypeConfiguration<OrderEscalation>
{
    public void Configure(EntityTypeBuilder<OrderEscalation> escalation)
    {
        escalation.ToTable("order_escalation");
        escalation.HasKey(row => row.OrderId);
        escalation.Property(row => row.OrderId).ValueGeneratedNever();
        escalation.Property(row => row.RaisedAt).HasDefaultValueSql("now()");
    }
}
