using Microsoft.Extensions.Options;
using Npgsql;
using Shop.Messaging.Hosting;

namespace Shop.Workers.Payments;

/// <summary>
/// Walks the provider's lists, a page at a time, and keeps what they say. How far it came is kept with it, so that the next
/// run goes on there. Each list is walked twice: what is new, soon; and the whole window again and again, since a payment
/// changes after it was made.
/// </summary>
internal sealed class Sweeper(
    Database<PaymentsDbContext> database, PaymentProvider provider, IOptions<ReconciliationOptions> options)
{
    public const string Payments = "payments";
    public const string Refunds = "refunds";

    private const string Again = " again";

    public static IReadOnlyList<string> All { get; } = [Payments, Refunds, Payments + Again, Refunds + Again];

    /// <summary>Reads the next page of a list, if it is time.</summary>
    /// <returns>Null when there is nothing to do now, or the provider is silent.</returns>
    public async Task<SweptPage?> Next(string name, CancellationToken cancellationToken)
    {
        if (await Plan(name, cancellationToken) is not { From: { } from, To: { } to } sweep) return null;
        var window = new TimeWindow(from, to);
        IReadOnlyList<Guid> orders;
        string? last;
        bool hasMore;
        if (name.StartsWith(Payments, StringComparison.Ordinal))
        {
            if (await provider.ListPayments(window, sweep.After, cancellationToken) is not { } page) return null;
            await Keep(page.Items, cancellationToken);
            orders = [.. page.Items.Select(payment => payment.OrderId).Distinct()];
            (last, hasMore) = (page.Items.Count > 0 ? page.Items[^1].Reference : null, page.HasMore);
        }
        else
        {
            if (await provider.ListRefunds(window, sweep.After, cancellationToken) is not { } page) return null;
            orders = await Keep(page.Items, cancellationToken);
            (last, hasMore) = (page.Items.Count > 0 ? page.Items[^1].Id : null, page.HasMore);
        }

        return new SweptPage(name, window, orders, hasMore ? last : null);
    }

    /// <summary>Notes that a page was dealt with.</summary>
    public Task Pass(SweptPage page, CancellationToken cancellationToken) => page.Last is { } last
        ? Run("update payments.sweep set after_id = $2 where name = $1", cancellationToken, page.Name, last)
        : Run("""
            update payments.sweep
            set through = greatest(through, window_to), window_from = null, window_to = null, after_id = null, done_at = now()
            where name = $1
            """, cancellationToken, page.Name);

    /// <summary>How far the provider's journal has been read.</summary>
    public async Task<Horizon> Look(CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand("""
            select now(), coalesce(max(since), now()),
                coalesce(max(through) filter (where name = 'payments'), now() - interval '1 year'),
                coalesce(max(through) filter (where name = 'refunds'), now() - interval '1 year')
            from payments.sweep where name in ('payments', 'refunds')
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        DateTimeOffset At(int column) => reader.GetFieldValue<DateTimeOffset>(column);
        var horizon = new Horizon(At(0), options.Value.Grace, At(1), At(2), At(3));
        PaymentsTelemetry.IsBehind(Payments, horizon.Now - horizon.PaymentsThrough);
        PaymentsTelemetry.IsBehind(Refunds, horizon.Now - horizon.RefundsThrough);
        return horizon;
    }

    /// <summary>Orders whose payments are in our books and should be in the provider's journal, and are not.</summary>
    public async Task<IReadOnlyList<Guid>> Missing(TimeWindow window, int most, CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand("""
            select e.order_id from payments.payment_entry e
            where e.kind = 'AUTHORIZATION' and e.at >= $1 and e.at < $2
                and not exists (select from payments.provider_payment p where p.reference = e.provider_reference)
            limit $3
            """);
        command.Parameters.AddWithValue(window.From);
        command.Parameters.AddWithValue(window.To);
        command.Parameters.AddWithValue(most);
        return await Ids(command, cancellationToken);
    }

    /// <summary>Reads payments again, with their refunds, as they are at the provider now.</summary>
    public async Task Refresh(IReadOnlyCollection<string> references, CancellationToken cancellationToken)
    {
        foreach (var reference in references)
        {
            if (await provider.Read(reference, cancellationToken) is not var (payment, refunds)) continue;
            await Keep([payment], cancellationToken);
            await Keep(refunds, cancellationToken);
        }
    }

    /// <summary>Forgets what is older than anything that will be compared.</summary>
    public async Task Forget(int most, CancellationToken cancellationToken)
    {
        await Run("""
            delete from payments.provider_payment where reference in (
                select reference from payments.provider_payment where created_at < now() - 2 * $1::interval
                order by created_at limit $2)
            """, cancellationToken, options.Value.Window, most);
        await Run("""
            delete from payments.provider_refund where id in (
                select id from payments.provider_refund where created_at < now() - 2 * $1::interval
                order by created_at limit $2)
            """, cancellationToken, options.Value.Window, most);
    }

    /// <summary>The window that is being walked, or a new one if it is time; without one otherwise.</summary>
    private async Task<Sweep?> Plan(string name, CancellationToken cancellationToken)
    {
        var (settings, isAgain) = (options.Value, name.EndsWith(Again, StringComparison.Ordinal));
        await using var command = database.Source.CreateCommand($"""
            insert into payments.sweep as s (name, since, through, window_from, window_to)
            values ($1, now() - $2::interval, now() - $2::interval, now() - $2::interval, now() - $3::interval)
            on conflict (name) do update set
                window_from = case when s.window_to is not null then s.window_from
                    when {(isAgain ? "s.done_at < now() - $4::interval" : "s.through < now() - $3::interval - $4::interval")}
                    then {(isAgain ? "now() - $2::interval" : "s.through - $3::interval")} end,
                window_to = case when s.window_to is not null then s.window_to
                    when {(isAgain ? "s.done_at < now() - $4::interval" : "s.through < now() - $3::interval - $4::interval")}
                    then now() - $3::interval end
            returning since, through, window_from, window_to, after_id
            """);
        command.Parameters.AddWithValue(name);
        command.Parameters.AddWithValue(settings.Window);
        command.Parameters.AddWithValue(settings.Grace);
        command.Parameters.AddWithValue(isAgain ? settings.Again : settings.Every);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken) || reader.IsDBNull(3)) return null;
        return new Sweep
        {
            Name = name,
            Since = reader.GetFieldValue<DateTimeOffset>(0),
            Through = reader.GetFieldValue<DateTimeOffset>(1),
            From = reader.GetFieldValue<DateTimeOffset>(2),
            To = reader.GetFieldValue<DateTimeOffset>(3),
            After = reader.IsDBNull(4) ? null : reader.GetString(4),
        };
    }

    private async Task Keep(IReadOnlyList<ProviderPayment> payments, CancellationToken cancellationToken)
    {
        if (payments.Count == 0) return;
        await using var command = database.Source.CreateCommand("""
            insert into payments.provider_payment
                (reference, order_id, names_order, amount, currency, status, capturable, received, created_at)
            select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)
            on conflict (reference) do update
            set status = excluded.status, capturable = excluded.capturable, received = excluded.received,
                amount = excluded.amount
            where (provider_payment.status, provider_payment.capturable, provider_payment.received, provider_payment.amount)
                is distinct from (excluded.status, excluded.capturable, excluded.received, excluded.amount)
            """);
        ProviderPayment[] rows = [.. payments];
        command.Parameters.AddWithValue(Array.ConvertAll(rows, row => row.Reference));
        command.Parameters.AddWithValue(Array.ConvertAll(rows, row => row.OrderId));
        command.Parameters.AddWithValue(Array.ConvertAll(rows, row => row.NamesOrder));
        command.Parameters.AddWithValue(Array.ConvertAll(rows, row => row.Amount));
        command.Parameters.AddWithValue(Array.ConvertAll(rows, row => row.Currency));
        command.Parameters.AddWithValue(Array.ConvertAll(rows, row => row.Status));
        command.Parameters.AddWithValue(Array.ConvertAll(rows, row => row.Capturable));
        command.Parameters.AddWithValue(Array.ConvertAll(rows, row => row.Received));
        command.Parameters.AddWithValue(Array.ConvertAll(rows, row => row.CreatedAt));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <returns>The orders that they are of.</returns>
    private async Task<IReadOnlyList<Guid>> Keep(IReadOnlyList<ProviderRefund> refunds, CancellationToken cancellationToken)
    {
        if (refunds.Count == 0) return [];
        await using var command = database.Source.CreateCommand("""
            with kept as (
                insert into payments.provider_refund (id, reference, refund_id, amount, status, created_at)
                select * from unnest($1, $2, $3, $4, $5, $6)
                on conflict (id) do update set status = excluded.status where provider_refund.status <> excluded.status)
            select distinct order_id from payments.provider_payment where reference = any($2)
            """);
        ProviderRefund[] rows = [.. refunds];
        command.Parameters.AddWithValue(Array.ConvertAll(rows, row => row.Id));
        command.Parameters.AddWithValue(Array.ConvertAll(rows, row => row.Reference));
        command.Parameters.AddWithValue(Array.ConvertAll(rows, row => row.RefundId));
        command.Parameters.AddWithValue(Array.ConvertAll(rows, row => row.Amount));
        command.Parameters.AddWithValue(Array.ConvertAll(rows, row => row.Status));
        command.Parameters.AddWithValue(Array.ConvertAll(rows, row => row.CreatedAt));
        return await Ids(command, cancellationToken);
    }

    private static async Task<IReadOnlyList<Guid>> Ids(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        var ids = new List<Guid>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) ids.Add(reader.GetGuid(0));
        return ids;
    }

    private async Task Run(string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = database.Source.CreateCommand(sql);
        foreach (var value in values) command.Parameters.AddWithValue(value);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}

/// <param name="Name">Of the list.</param>
/// <param name="Window">That is being walked.</param>
/// <param name="Orders">That the page speaks of.</param>
/// <param name="Last">Where the next page begins; null ends the window.</param>
internal sealed record SweptPage(string Name, TimeWindow Window, IReadOnlyList<Guid> Orders, string? Last);
