using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Shop.Contracts;
using Shop.Contracts.Returns;
using Shop.Messaging.Hosting;
using Shop.Messaging.Sagas;

namespace Shop.Sagas.Returns;

/// <summary>
/// A return, which is its process's memory, too. Columns that clients see are read through <c>returns.return_view</c>.
/// </summary>
internal sealed class Return : SagaStateMachineInstance, ISagaVersion, IHasNewRows
{
    private readonly List<ReturnHistory> _newHistory = [];

    public Guid CorrelationId { get; set; }
    public int Version { get; set; }

    /// <summary>The machine's state; <see cref="Status"/> is its public face.</summary>
    public string CurrentState { get; set; } = "";

    public string Status { get; private set; } = "";
    public int HistorySequence { get; private set; }

    public Guid OrderId { get; set; }
    public string Owner { get; set; } = "";
    public IReadOnlyList<ReturnLine> Lines { get; set; } = [];

    /// <summary>What the order told of it; null until it is claimed.</summary>
    public ReturnClaim? Claim { get; set; }

    /// <summary>What came back; null until then.</summary>
    public ReturnReceipt? Receipt { get; set; }

    public string? Carrier { get; set; }
    public string? TrackingNumber { get; set; }

    /// <summary>In minor units; null until the goods were inspected.</summary>
    public long? RefundAmount { get; set; }

    public string? Currency { get; set; }

    /// <summary>The refund that is being waited for. One that was refused is followed by another.</summary>
    public Guid? RefundId { get; set; }

    public int RefundAttempts { get; set; }

    /// <summary>Whether the money leg has come to its end.</summary>
    public bool MoneySettled { get; set; }

    /// <summary>Whether the goods leg has: what can be sold again is in stock.</summary>
    public bool GoodsSettled { get; set; }

    /// <summary>How often the present step was asked for again.</summary>
    public int Repeats { get; set; }

    public Guid? DeadlineToken { get; set; }

    public Money Refund => new(RefundAmount!.Value, Currency!);

    /// <summary>Shows clients a new status: a line of the history, numbered without a gap, in the same commit.</summary>
    public void Record(string status, string? reason = null)
    {
        Status = status;
        _newHistory.Add(new ReturnHistory
        {
            ReturnId = CorrelationId, Sequence = ++HistorySequence, Status = status, Reason = reason,
        });
    }

    public IEnumerable<object> TakeNewRows()
    {
        object[] rows = [.. _newHistory];
        _newHistory.Clear();
        return rows;
    }
}

/// <summary>What an order set aside for a return.</summary>
internal sealed record ReturnClaim(
    string Email, Address From, string Warehouse, IReadOnlyList<ClaimedLine> Lines, Money Shipping)
{
    /// <summary>Printed, it does not tell the person.</summary>
    public override string ToString() => nameof(ReturnClaim);
}

/// <summary>What came back of a return, and where it is.</summary>
internal sealed record ReturnReceipt(string Warehouse, IReadOnlyList<ReceivedLine> Lines);

/// <summary>One status that a return has shown.</summary>
internal sealed class ReturnHistory
{
    public Guid ReturnId { get; init; }

    /// <summary>From 1, without a gap.</summary>
    public int Sequence { get; init; }

    public string Status { get; init; } = "";

    /// <summary>By the database's clock.</summary>
    public DateTimeOffset At { get; init; }

    public string? Reason { get; init; }
}

internal sealed class ReturnTable : IEntityTypeConfiguration<Return>
{
    public void Configure(EntityTypeBuilder<Return> back)
    {
        back.ToTable("return", table => table.HasCheckConstraint("ck_return_refund", "refund_amount >= 0"));
        back.HasKey(row => row.CorrelationId);
        back.Property(row => row.CorrelationId).HasColumnName("id").ValueGeneratedNever();
        back.Property(row => row.Version).IsConcurrencyToken();
        back.Property(row => row.Lines).HasJsonb();
        back.Property(row => row.Claim).HasJsonb();
        back.Property(row => row.Receipt).HasJsonb();
        back.Ignore(row => row.Refund);
        back.HasIndex(row => row.OrderId);
        back.HasIndex(row => row.RefundId).IsUnique();
        back.HasIndex(row => row.CurrentState).HasFilter("current_state in ('AwaitingLabel', 'Settling', 'RefundRefused')")
            .HasDatabaseName("ix_return_open");
    }
}

internal sealed class ReturnHistoryTable : IEntityTypeConfiguration<ReturnHistory>
{
    public void Configure(EntityTypeBuilder<ReturnHistory> history)
    {
        history.ToTable("return_history");
        history.HasKey(row => new { row.ReturnId, row.Sequence });
        history.Property(row => row.At).HasDefaultValueSql("now()");
    }
}
