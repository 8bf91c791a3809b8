using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Shop.Messaging.DeadLetters.Migrations;

/// <summary>
/// What I9 says of messages that were given up on: they stand here, and can be sent once more. Of one whose queue is not known
/// that is not so.
/// </summary>
[DbContext(typeof(DeadLettersDbContext))]
[Migration("20261127180000_AuditView")]
public sealed class AuditView : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql($$"""
        create view messaging.audit_view as
        select 'I9' as invariant, 'I9 dead letters' as part, count(*) as checked, count(*) filter (where lost) as violations,
            now() as evaluated_at,
            case when bool_or(lost) then array[count(*) filter (where lost) || ' parked messages belong to no queue']
                else array[]::text[] end as details
        from (
            select state = 'Parked' and queue in ('', '{{QueueNames.Undeliverable}}') as lost from messaging.dead_letter) letter;

        grant usage on schema messaging to shop_reader;
        grant select on messaging.audit_view to shop_reader;
        """);

    protected override void Down(MigrationBuilder migrationBuilder) =>
        migrationBuilder.Sql("drop view messaging.audit_view;");
}
