using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Shop.Workers.Webhooks.Migrations;

/// <summary>What the webhooks publish: views, readable by the role <c>shop_reader</c>. No secret is among it.</summary>
[DbContext(typeof(WebhooksDbContext))]
[Migration("20261127095500_Views")]
public sealed class Views : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        create view webhooks.endpoint_view as
        select id, owner, url, description, status, last_error, failed_at, created_at from webhooks.endpoint;

        comment on view webhooks.endpoint_view is 'Addresses that hear of orders, by owner through an index.';

        create view webhooks.delivery_view as
        select id, endpoint_id, order_id, type, sequence, status, attempts, response_status, last_error, created_at,
            case when status = 'PENDING' then due_at end as next_attempt_at, settled_at
        from webhooks.delivery;

        comment on view webhooks.delivery_view is
            'What addresses are told; the newest of an address by endpoint_id and created_at through an index.';

        create view webhooks.escalation_view as
        select 'WEBHOOK_' || status as kind, null::uuid as order_id,
            'Webhook ' || id || ': ' || coalesce(last_error, '') as detail, failed_at as raised_at
        from webhooks.endpoint
        where status <> 'ACTIVE';

        comment on view webhooks.escalation_view is
            'Addresses to which a delivery was given up (WEBHOOK_FAILING), or that are gone (WEBHOOK_DISABLED).';

        grant usage on schema webhooks to shop_reader;
        grant select on webhooks.endpoint_view, webhooks.delivery_view, webhooks.escalation_view to shop_reader;
        """);

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        drop view webhooks.escalation_view, webhooks.delivery_view, webhooks.endpoint_view;
        revoke usage on schema webhooks from shop_reader;
        """);
}
