using System.Diagnostics;
using System.Globalization;
using Npgsql;
using NpgsqlTypes;

namespace Shop.Load;

/// <summary>Whether a promise of the shop is kept, and the figures that say so.</summary>
public sealed record Invariant(bool Holds, string Detail);

/// <summary>A payment as the provider's own journal has it, in minor units.</summary>
/// <param name="OrderId">The order that it is for.</param>
/// <param name="Reference">The provider's id.</param>
/// <param name="Authorized">What was ever authorised.</param>
/// <param name="Held">What is held or taken now.</param>
public sealed record ProviderPayment(Guid OrderId, string Reference, long Authorized, long Held);

/// <summary>What clients saw that no table can tell.</summary>
public sealed record ClientJournal
{
    /// <summary>Every order that was answered 202, once for each answer to a new key.</summary>
    public required IReadOnlyCollection<Guid> Accepted { get; init; }

    /// <summary>Checkouts sent again with their key, and those not answered with the same bytes.</summary>
    public long Replays { get; init; }

    public long ReplaysUnlike { get; init; }

    /// <summary>Null when the provider's journal is not to be had.</summary>
    public IReadOnlyCollection<ProviderPayment>? Provider { get; init; }
}

/// <summary>
/// Holds the shop's tables, and what clients and the provider wrote down, against its promises. The SQL is the
/// judge's own: it uses none of the product's views. Stock is judged whole; orders and money are judged for the
/// orders of the journal.
/// </summary>
public static class Audit
{
    private const string Wrong = "wrong: ";

    /// <summary>Loads the journal into temporary tables of the session, which <see cref="Run"/> reads.</summary>
    public static async Task Load(
        NpgsqlConnection connection, ClientJournal journal, CancellationToken cancellationToken)
    {
        await Execute(
            connection,
            """
            drop table if exists pg_temp.audited, pg_temp.provider_payment;
            create temporary table audited (id uuid primary key);
            create temporary table provider_payment (order_id uuid, reference text, authorized bigint, held bigint);
            """,
            cancellationToken);
        await CopyIds(connection, "audited", journal.Accepted.Distinct(), cancellationToken);
        await using (var payments = await connection.BeginBinaryImportAsync(
            "copy provider_payment from stdin (format binary)", cancellationToken))
        {
            foreach (var payment in journal.Provider ?? [])
            {
                await payments.StartRowAsync(cancellationToken);
                await payments.WriteAsync(payment.OrderId, NpgsqlDbType.Uuid, cancellationToken);
                await payments.WriteAsync(payment.Reference, NpgsqlDbType.Text, cancellationToken);
                await payments.WriteAsync(payment.Authorized, NpgsqlDbType.Bigint, cancellationToken);
                await payments.WriteAsync(payment.Held, NpgsqlDbType.Bigint, cancellationToken);
            }

            await payments.CompleteAsync(cancellationToken);
        }

        await Execute(connection, "analyze audited; analyze provider_payment", cancellationToken);
    }

    /// <summary>Judges I1 to I9. <see cref="Load"/> comes before it.</summary>
    public static async Task<IReadOnlyDictionary<string, Invariant>> Run(
        NpgsqlConnection connection, ClientJournal journal, CancellationToken cancellationToken)
    {
        var found = new SortedDictionary<string, Invariant>(StringComparer.Ordinal)
        {
            ["I1"] = await Judge(connection, AuditSql.Stock, [], cancellationToken),
            ["I2"] = await Judge(
                connection,
                journal.Provider is null ? AuditSql.Money : AuditSql.Money + AuditSql.MoneyAtProvider,
                [],
                cancellationToken),
            ["I3"] = await Judge(connection, AuditSql.AtRest, [], cancellationToken),
            ["I4"] = await Judge(connection, AuditSql.Endings, [], cancellationToken),
            ["I5"] = await Judge(
                connection,
                AuditSql.Keys,
                [
                    ("wrong: answers to two keys with one order",
                        journal.Accepted.Count - journal.Accepted.Distinct().Count()),
                    ("sent again", journal.Replays),
                    ("wrong: answered otherwise", journal.ReplaysUnlike),
                ],
                cancellationToken),
            ["I6"] = await Judge(connection, AuditSql.Histories, [], cancellationToken),
            ["I7"] = await Exists(connection, "notifications.mail", cancellationToken)
                ? await Judge(connection, AuditSql.Mails, [], cancellationToken)
                : new Invariant(true, "nothing to check: no mails are sent"),
            ["I8"] = await Judge(connection, AuditSql.Sales, [], cancellationToken),
            ["I9"] = await Judge(connection, AuditSql.Messages, [], cancellationToken),
        };
        if (journal.Provider is null)
        {
            var books = found["I2"];
            found["I2"] = books with { Detail = $"{books.Detail}; the provider's journal was not compared" };
        }

        return found;
    }

    /// <summary>
    /// Loads the journal and waits, since what an end without success must give back is given back a little after the status
    /// says so; then asks the provider for its own journal.
    /// </summary>
    /// <returns>The journal with the provider's, loaded, and the seconds that were waited.</returns>
    internal static async Task<(ClientJournal Journal, double Seconds)> Settle(
        NpgsqlConnection connection, ClientJournal journal, ProviderJournal? provider, TimeSpan patience,
        CancellationToken cancellationToken)
    {
        await Load(connection, journal, cancellationToken);
        var began = Stopwatch.GetTimestamp();
        try
        {
            while (Stopwatch.GetElapsedTime(began) < patience && await Unsettled(connection, cancellationToken) > 0)
                await Task.Delay(1_000, cancellationToken);
        }
        catch (PostgresException)
        {
            // The audit says which of its questions cannot be answered.
        }

        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        if (provider is null) return (journal, seconds);
        journal = journal with { Provider = await provider.Read(cancellationToken) };
        await Load(connection, journal, cancellationToken);
        return (journal, seconds);
    }

    /// <summary>How many orders are under way, or ended and not yet rid of their stock and money.</summary>
    public static async Task<long> Unsettled(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        (await Figures(connection, AuditSql.AtRest, cancellationToken)).Concat(
            await Figures(connection, AuditSql.Endings, cancellationToken)).Where(IsWrong).Sum(figure => figure.Value);

    /// <summary>Fills a table that has a column <c>id</c>.</summary>
    internal static async Task CopyIds(
        NpgsqlConnection connection, string table, IEnumerable<Guid> ids, CancellationToken cancellationToken)
    {
        await using var copy = await connection.BeginBinaryImportAsync(
            $"copy {table} (id) from stdin (format binary)", cancellationToken);
        foreach (var id in ids)
        {
            await copy.StartRowAsync(cancellationToken);
            await copy.WriteAsync(id, NpgsqlDbType.Uuid, cancellationToken);
        }

        await copy.CompleteAsync(cancellationToken);
    }

    internal static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<bool> Exists(
        NpgsqlConnection connection, string table, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select to_regclass($1) is not null", connection);
        command.Parameters.AddWithValue(table);
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    private static async Task<Invariant> Judge(
        NpgsqlConnection connection,
        string sql,
        IEnumerable<(string Name, long Value)> more,
        CancellationToken cancellationToken)
    {
        try
        {
            (string Name, long Value)[] figures = [.. await Figures(connection, sql, cancellationToken), .. more];
            return new Invariant(!figures.Any(IsWrong), string.Join(", ", figures.Select(Text)));
        }
        catch (PostgresException refused)
        {
            return new Invariant(false, $"cannot be judged: {refused.MessageText}");
        }
    }

    private static bool IsWrong((string Name, long Value) figure) =>
        figure.Value != 0 && figure.Name.StartsWith(Wrong, StringComparison.Ordinal);

    private static string Text((string Name, long Value) figure) => string.Create(
        CultureInfo.InvariantCulture, $"{figure.Name.Replace(Wrong, "", StringComparison.Ordinal)} {figure.Value:N0}");

    /// <summary>One row of counts, named by its columns.</summary>
    private static async Task<List<(string Name, long Value)>> Figures(
        NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 120 };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var figures = new List<(string, long)>();
        do
        {
            await reader.ReadAsync(cancellationToken);
            for (var column = 0; column < reader.FieldCount; column++)
                figures.Add((reader.GetName(column), reader.IsDBNull(column) ? 0 : reader.GetInt64(column)));
        }
        while (await reader.NextResultAsync(cancellationToken));
        return figures;
    }
}
