using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Shop.Sagas.Returns.Migrations
{
    /// <summary>What the API may read of returns, and what operators must see: money that does not go back, and silence.</summary>
    [DbContext(typeof(ReturnsDbContext))]
    [Migration("20261127094500_Views")]
    internal sealed class Views : Migration
    {
        protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
            create view returns.return_view as
            select r.id, r.order_id, r.owner, r.status, r.lines, r.refund_amount, r.currency, r.carrier, r.tracking_number,
                (select h.at from returns.return_history h where h.return_id = r.id and h.sequence = 1) as created_at,
                (select jsonb_agg(jsonb_build_object(
                        'sequence', h.sequence, 'status', h.status, 'at', h.at, 'reason', h.reason) order by h.sequence)
                    from returns.return_history h where h.return_id = r.id) as history,
                r.claim ->> 'warehouse' as warehouse,
                r.receipt -> 'lines' as received
            from returns.return r;

            create view returns.escalation_view as
            select stuck.kind, stuck.order_id, stuck.detail, stuck.raised_at
            from (
                select
                    case r.current_state
                        when 'RefundRefused' then 'refund-failed'
                        when 'Settling' then 'return-unsettled'
                        else 'return-label-missing'
                    end as kind,
                    r.order_id,
                    'return ' || r.id || coalesce(': ' || h.reason, '') as detail,
                    h.at as raised_at,
                    r.current_state
                from returns.return r
                join returns.return_history h on h.return_id = r.id and h.sequence = r.history_sequence
                where r.current_state in ('AwaitingLabel', 'Settling', 'RefundRefused')) stuck
            where stuck.current_state = 'RefundRefused' or stuck.raised_at < now() - interval '1 hour';

            grant usage on schema returns to shop_reader;
            grant select on returns.return_view, returns.escalation_view to shop_reader;
            """);

        protected override void Down(MigrationBuilder migrationBuilder) =>
            migrationBuilder.Sql("drop view returns.return_view, returns.escalation_view;");
    }
}
