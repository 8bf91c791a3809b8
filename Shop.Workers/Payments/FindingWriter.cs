using Npgsql;
using Shop.Messaging.Hosting;

namespace Shop.Workers.Payments;

/// <summary>
/// Raises findings and closes them. What was dismissed stays so; what was mended and comes back is raised anew.
/// </summary>
internal sealed class FindingWriter(Database<PaymentsDbContext> database)
{
    /// <summary>In the state that each carries, unless one of its kind is there already.</summary>
    public async Task Raise(IReadOnlyList<Finding> found, CancellationToken cancellationToken)
    {
        if (found.Count == 0) return;
        await using var command = database.Source.CreateCommand("""
            insert into payments.finding (id, order_id, kind, state, detail, closed_at, closed)
            select f.id, f.order_id, f.kind, f.state, f.detail,
                case when f.state <> 'OPEN' then now() end, case when f.state <> 'OPEN' then 'by reconciliation' end
            from unnest($1, $2, $3, $4, $5) as f (id, order_id, kind, state, detail)
            on conflict (id) do update
            set state = excluded.state, detail = excluded.detail,
                raised_at = case when finding.state = 'OPEN' then finding.raised_at else now() end,
                closed_at = excluded.closed_at, closed = excluded.closed
            where finding.state = 'MENDED'
                or finding.state = 'OPEN' and (excluded.state = 'MENDED' or finding.detail <> excluded.detail)
            returning kind, state
            """);
        Finding[] once = [.. found.GroupBy(finding => finding.Id).Select(group => group.Last())];
        command.Parameters.AddWithValue(Array.ConvertAll(once, finding => finding.Id));
        command.Parameters.AddWithValue(Array.ConvertAll(once, finding => finding.OrderId));
        command.Parameters.AddWithValue(Array.ConvertAll(once, finding => UpperSnake.Write(finding.Kind)));
        command.Parameters.AddWithValue(Array.ConvertAll(once, finding => UpperSnake.Write(finding.State)));
        command.Parameters.AddWithValue(Array.ConvertAll(once, finding => finding.Detail));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            PaymentsTelemetry.Found(reader.GetString(0), reader.GetString(1));
    }

    /// <summary>Closes what reconciliation had found of orders that it compared and that show it no more.</summary>
    /// <param name="orders">That were compared.</param>
    /// <param name="found">The findings that they still show.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task MendOthers(Guid[] orders, Guid[] found, CancellationToken cancellationToken)
    {
        if (orders.Length == 0) return;
        await using var command = database.Source.CreateCommand("""
            update payments.finding set state = 'MENDED', closed_at = now(), closed = 'the books agree'
            where order_id = any($1) and id <> all($2) and state = 'OPEN' and kind not in ('VOID_AFTER_CAPTURE', 'UNANSWERED')
            returning kind, state
            """);
        command.Parameters.AddWithValue(orders);
        command.Parameters.AddWithValue(found);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            PaymentsTelemetry.Found(reader.GetString(0), reader.GetString(1));
    }

    /// <summary>
    /// Orders with findings that reconciliation can close, those first that were not looked at for longest, and the
    /// provider's payments of them.
    /// </summary>
    public async Task<(IReadOnlyList<Guid> Orders, IReadOnlyList<string> References)> TakeOpen(
        int most, CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand("""
            with taken as (
                update payments.finding set checked_at = now() where id in (
                    select id from payments.finding
                    where state = 'OPEN' and kind not in ('VOID_AFTER_CAPTURE', 'UNANSWERED') order by checked_at limit $1)
                returning order_id)
            select distinct t.order_id, p.reference from taken t
            left join lateral (
                select reference from payments.provider_payment where order_id = t.order_id
                union
                select provider_reference from payments.payment
                where order_id = t.order_id and provider_reference is not null) p on true
            """);
        command.Parameters.AddWithValue(most);
        var (orders, references) = (new HashSet<Guid>(), new List<string>());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            orders.Add(reader.GetGuid(0));
            if (!reader.IsDBNull(1)) references.Add(reader.GetString(1));
        }

        return ([.. orders], references);
    }

    /// <summary>Closes what said that a void was refused, where all that was taken has gone back.</summary>
    public async Task MendVoids(CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand("""
            update payments.finding f set state = 'MENDED', closed_at = now(), closed = 'all that was taken went back'
            where f.state = 'OPEN' and f.kind = 'VOID_AFTER_CAPTURE' and exists (
                select from payments.payment p
                where p.order_id = f.order_id and p.captured_amount = p.refunded_amount and p.capturing_amount = 0)
            """);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<long> CountOpen(CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand("select count(*) from payments.finding where state = 'OPEN'");
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Closes what said that the provider is silent, where it has spoken.</summary>
    public async Task MendAnswered(int repeats, CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand("""
            update payments.finding f set state = 'MENDED', closed_at = now(), closed = 'the provider answered'
            where f.state = 'OPEN' and f.kind = 'UNANSWERED' and not exists (
                select from payments.payment_attempt a
                where a.order_id = f.order_id and a.status in ('PENDING', 'WAITING') and a.repeats >= $1)
            """);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = repeats });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
