namespace Shop.Faults;

/// <summary>What the judge asks the tables, beside what every audit asks them.</summary>
internal static class JudgeSql
{
    public const string Visits =
        """
        drop table if exists pg_temp.visit;
        create temporary table visit (email text primary key, key text, outcome text, order_id uuid, purpose text)
        """;

    /// <summary>Orders of visits that were never answered, or answered without the client's knowing.</summary>
    public const string Unheard =
        """
        select distinct q.order_id from requests.accepted_request q join visit v on v.key = q.key
        where v.order_id is null
        """;

    public const string TwoOrders =
        """
        select count(*) from (select from visit v join orders.orders o on o.email = v.email
          group by v.email having count(*) > 1) twice
        """;

    public const string RefusedAndOrdered =
        """
        select count(*) from visit v where v.outcome in ('Refused', 'NotAsked')
          and (exists (select from orders.orders o where o.email = v.email)
            or exists (select from requests.accepted_request q where q.key = v.key))
        """;

    public const string OtherOrder =
        """
        select count(*) from visit v where v.outcome = 'Accepted'
          and exists (select from orders.orders o where o.email = v.email and o.id <> v.order_id)
        """;

    public const string Rush =
        """
        select
          (select count(*) from visit v where v.purpose = $1 and v.order_id is not null),
          (select count(*) from visit v join orders.orders o on o.id = v.order_id
            where v.purpose = $1 and o.status in ('CONFIRMED', 'SHIPPED', 'DELIVERED'))
        """;

    public const string Bought =
        """
        select v.email from visit v join orders.orders o on o.id = v.order_id
        where v.purpose = $1 and o.status in ('CONFIRMED', 'SHIPPED', 'DELIVERED')
        """;

    public const string Parked = "select count(*) from messaging.dead_letter where state = 'Parked'";

    public const string ParkedWhy =
        """
        select queue || ': ' || fault || ': ' || left(detail, 300) from messaging.dead_letter
        where state = 'Parked' order by parked_at desc limit 5
        """;

    /// <summary>Committed and not published. What is due to be sent again later is a timer, and waits rightly.</summary>
    public const string Pending =
        """
        select (select count(*) from requests.outbox_message) + (select count(*) from orders.outbox_message)
          + (select count(*) from returns.outbox_message) + (select count(*) from inventory.outbox_message)
          + (select count(*) from payments.outbox_message) + (select count(*) from fulfillment.outbox_message)
          + (select count(*) from catalog.outbox_message)
        """;

    /// <summary>Deadlines, and what failed and is to be tried again.</summary>
    public const string Timers =
        """
        select (select count(*) from orders.timer) + (select count(*) from inventory.timer)
          + (select count(*) from payments.timer) + (select count(*) from fulfillment.timer)
          + (select count(*) from notifications.timer)
        """;

    public const string Confirmed =
        """
        select extract(epoch from date_trunc('second', at))::bigint, count(*) from orders.order_history
        where status = 'CONFIRMED' group by 1 order by 1
        """;

    public const string Accepted =
        """
        select extract(epoch from date_trunc('second', created_at))::bigint, count(*) from requests.accepted_request
        group by 1 order by 1
        """;
}
