using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Shop.Workers.Fulfillment.Migrations;

/// <summary>
/// What the model cannot say: how long a parcel has stood as it does, by the database's clock; and the views that others
/// read.
/// </summary>
[DbContext(typeof(FulfillmentDbContext))]
[Migration("20261127120000_ParcelViews")]
public sealed class ParcelViews : Migration
{
    private const string Clock = """
        create function fulfillment.parcel_moves() returns trigger language plpgsql as $$
        begin
          if new.status <> old.status then
            new.status_since := now();
            if new.due_at = old.due_at then new.due_at := now(); end if;
          end if;
          if new.capture <> old.capture then
            new.capture_since := now();
            if new.due_at = old.due_at then new.due_at := now(); end if;
          end if;
          return new;
        end $$;

        create trigger parcel_moves before update on fulfillment.parcel
        for each row when (new.status <> old.status or new.capture <> old.capture)
        execute function fulfillment.parcel_moves();
        """;

    private const string ParcelView = """
        create view fulfillment.parcel_view as
        select id, order_id, warehouse, status, carrier, tracking_number,
          (select jsonb_agg(line - 'unitAmount' order by number)
            from jsonb_array_elements(lines) with ordinality as part (line, number)) as lines,
          amount, currency, capture in ('WAITING', 'ASKED') as leaving, reason, created_at, status_since
        from fulfillment.parcel;

        create view fulfillment.label_view as
        select p.id, p.order_id, p.tracking_number, p.carrier, p.warehouse, o.shipping_address, o.shipping_method
        from fulfillment.parcel p join fulfillment.fulfillment_order o on o.order_id = p.order_id
        where p.tracking_number is not null and p.status <> 'CANCELLED';
        comment on view fulfillment.label_view is 'Tells persons: for labels alone.';
        """;

    private const string EscalationView = """
        create view fulfillment.escalation_view as
        select case status when 'LOST' then 'PARCEL_LOST' else 'PARCEL_STOPPED' end as kind, order_id,
          format('Parcel %s from %s: %s', id, warehouse, coalesce(reason, 'its carrier has lost it')) as detail,
          status_since as raised_at
        from fulfillment.parcel where status in ('STOPPED', 'LOST')
        union all
        select 'NOT_SHIPPED_IN_TIME', order_id, format('Parcel %s from %s is still %s', id, warehouse, status), late_since
        from fulfillment.parcel where late_since is not null and status in ('ALLOCATED', 'PICKING', 'LABELLED')
        union all
        select 'PARCEL_ASTRAY', order_id,
          format('Parcel %s from %s was called off, and its carrier has it: %s', id, warehouse, carrier_status), status_since
        from fulfillment.parcel where status = 'CANCELLED' and carrier_status is not null;
        comment on view fulfillment.escalation_view is 'What waits for people now.';
        """;

    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(Clock);
        migrationBuilder.Sql(ParcelView);
        migrationBuilder.Sql(EscalationView);
        migrationBuilder.Sql(
            """
            grant usage on schema fulfillment to shop_reader;
            grant select on fulfillment.parcel_view, fulfillment.label_view, fulfillment.escalation_view to shop_reader;
            """);
    }

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        drop view fulfillment.escalation_view;
        drop view fulfillment.label_view;
        drop view fulfillment.parcel_view;
        drop trigger parcel_moves on fulfillment.parcel;
        drop function fulfillment.parcel_moves();
        """);
}
