using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Shop.Contracts;
using Shop.Contracts.Orders;
using Shop.Contracts.Returns;
using Shop.Messaging.Hosting;
using Shop.Messaging.Outbox;

namespace Shop.Workers.Notifications;

/// <summary>
/// A line of the journal: one mail, to be sent at most once. Its id follows from what it is about, so that an event that
/// comes again finds it there.
/// </summary>
internal sealed class Mail
{
    public Guid Id { get; init; }
    public Guid OrderId { get; init; }
    public MailTemplate Template { get; init; }

    /// <summary>What of the order it tells of: one of its returns, or the order itself.</summary>
    public Guid SubjectId { get; init; }

    /// <summary>Empty once it is forgotten.</summary>
    public string Address { get; init; } = "";

    /// <summary>Null once it is forgotten.</summary>
    public MailContent? Content { get; init; }

    public MailStatus Status { get; init; }

    /// <summary>How often it was taken up.</summary>
    public int Attempts { get; init; }

    /// <summary>How often a server may have taken it: never more than once.</summary>
    public int Transmissions { get; init; }

    /// <summary>When it is taken up next; of one that is in hand, until when nobody else takes it up.</summary>
    public DateTimeOffset DueAt { get; init; }

    public string? LastError { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? SettledAt { get; init; }

    public static Mail Of(OrderConfirmed order) => About(order.OrderId, MailTemplate.OrderConfirmed, order.Email, new()
    {
        Lines = order.Lines,
        Amount = order.Total,
        ShipTo = order.ShippingAddress,
    });

    public static Mail Of(OrderShipped order) => About(order.OrderId, MailTemplate.OrderShipped, order.Email, new()
    {
        Carrier = order.Carrier,
        TrackingNumber = order.TrackingNumber,
    });

    public static Mail Of(OrderDelivered order) =>
        About(order.OrderId, MailTemplate.OrderDelivered, order.Email, new MailContent());

    public static Mail Of(OrderEnded order) => About(order.OrderId, MailTemplate.OrderEnded, order.Email ?? "", new()
    {
        Status = order.Status,
        WasConfirmed = order.WasConfirmed,
    });

    public static Mail Of(ReturnRefunded refund) => About(
        refund.OrderId, MailTemplate.OrderRefunded, refund.Email, new() { Amount = refund.Amount }, refund.ReturnId);

    private static Mail About(
        Guid orderId, MailTemplate template, string address, MailContent content, Guid? subjectId = null) => new()
    {
        Id = MessageIds.Derive(orderId, subjectId ?? orderId, (int)template),
        OrderId = orderId,
        Template = template,
        SubjectId = subjectId ?? orderId,
        Address = address,
        Content = content,
    };
}

/// <summary>The numbers are part of the ids of mails, and stay.</summary>
internal enum MailTemplate
{
    OrderConfirmed = 1,
    OrderShipped = 2,
    OrderDelivered = 3,
    OrderEnded = 4,
    OrderRefunded = 5,
}

internal enum MailStatus
{
    Waiting,

    /// <summary>Its text is being given to a server: from here on it may have been taken.</summary>
    Sending,
    Sent,

    /// <summary>Refused for good, or too often.</summary>
    Dead,

    /// <summary>Whoever was sending it died, or the line was cut. It may have been taken, so it is not sent again.</summary>
    Unknown,

    /// <summary>It waited so long that its news is none.</summary>
    Lapsed,
}

/// <summary>What a template says beside the order's number.</summary>
internal sealed record MailContent
{
    public IReadOnlyList<OrderLine> Lines { get; init; } = [];
    public Money? Amount { get; init; }
    public Address? ShipTo { get; init; }
    public string? Carrier { get; init; }
    public string? TrackingNumber { get; init; }

    /// <summary>One of the words of <see cref="OrderStatus"/>.</summary>
    public string? Status { get; init; }

    public bool WasConfirmed { get; init; }

    /// <summary>Printed, it does not tell the person.</summary>
    public override string ToString() => nameof(MailContent);
}

internal sealed class MailTable : IEntityTypeConfiguration<Mail>
{
    public void Configure(EntityTypeBuilder<Mail> mail)
    {
        mail.ToTable("mail");
        mail.HasStorageParameter("fillfactor", 70);
        mail.HasKey(row => row.Id);
        mail.Property(row => row.Id).ValueGeneratedNever();
        mail.Property(row => row.Template).HasConversion(UpperSnake.Of<MailTemplate>());
        mail.Property(row => row.Status).HasConversion(UpperSnake.Of<MailStatus>());
        mail.Property(row => row.Content).HasJsonb();
        mail.Property(row => row.DueAt).HasDefaultValueSql("now()");
        mail.Property(row => row.CreatedAt).HasDefaultValueSql("now()");
        mail.HasIndex(row => new { row.OrderId, row.Template, row.SubjectId }).IsUnique();
        mail.HasIndex(row => row.DueAt).HasFilter("status in ('WAITING', 'SENDING')").HasDatabaseName("ix_mail_due");
        mail.HasIndex(row => row.SettledAt).HasFilter("status in ('DEAD', 'UNKNOWN')")
            .HasDatabaseName("ix_mail_escalated");
        mail.HasIndex(row => row.SettledAt).HasFilter("address <> ''").HasDatabaseName("ix_mail_to_forget");
    }
}
