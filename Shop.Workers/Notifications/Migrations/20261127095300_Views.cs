using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Shop.Workers.Notifications.Migrations;

/// <summary>What the notifications publish: views, readable by the role <c>shop_reader</c>.</summary>
[DbContext(typeof(NotificationsDbContext))]
[Migration("20261127095300_Views")]
public sealed class Views : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        create view notifications.audit_view as
        select
            count(*) as checked,
            count(*) filter (where
                transmissions > 1
                or (status in ('SENDING', 'SENT', 'UNKNOWN')) <> (transmissions = 1)
                or (template <> 'ORDER_REFUNDED' and subject_id <> order_id)) as violations
        from notifications.mail;

        comment on view notifications.audit_view is
            'One row: how many mails there are, and how many left more than once or cannot be told (I7). That there is
            one for each order, template and subject is held by a unique index.';

        create view notifications.escalation_view as
        select 'MAIL_' || status as kind, order_id,
            template || ': ' || coalesce(last_error, '') || ' (' || attempts || ' attempts, mail ' || id || ')' as detail,
            settled_at as raised_at
        from notifications.mail
        where status in ('DEAD', 'UNKNOWN');

        comment on view notifications.escalation_view is
            'Mails that nobody will send any more: given up (MAIL_DEAD), or perhaps sent (MAIL_UNKNOWN).';

        grant usage on schema notifications to shop_reader;
        grant select on notifications.audit_view, notifications.escalation_view to shop_reader;
        """);

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        drop view notifications.escalation_view, notifications.audit_view;
        revoke usage on schema notifications from shop_reader;
        """);
}
