using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using Shop.Load;

namespace Shop.Faults;

/// <summary>What a run came to, promise by promise.</summary>
internal sealed record Verdict(IReadOnlyDictionary<string, Invariant> Invariants)
{
    public bool Holds => Invariants.Values.All(invariant => invariant.Holds);

    public IEnumerable<string> Broken => Invariants.Where(pair => !pair.Value.Holds).Select(pair => pair.Key);
}

/// <summary>
/// Holds the shop against three books that it does not write: what customers asked and heard, what the provider charged,
/// and what the mail server took; and its own tables against themselves, by full replay.
/// </summary>
internal sealed class Judge(
    ProvedShop shop, BuyersJournal journal, Warehouses warehouses, IReadOnlyList<Fault> faults, bool isShort)
{
    private const int MostShown = 5;
    private const int MostAsked = 200;

    /// <summary>Everything that is said by figures; those called wrong must be 0.</summary>
    private readonly Dictionary<string, List<(string Name, long Value, bool IsWrong)>> _more = [];

    public async Task<Verdict> Decide(CancellationToken cancellationToken)
    {
        var visits = journal.Visits;
        var accepted = visits.Where(visit => visit.Outcome == VisitOutcome.Accepted).ToList();
        var client = new ClientJournal
        {
            Accepted = [.. accepted.Select(visit => visit.OrderId!.Value)],
            Replays = visits.Sum(visit => visit.Repeats),
            ReplaysUnlike = visits.Sum(visit => visit.Unlike),
            Provider = await shop.Provider.Payments(cancellationToken),
        };
        await using var connection = await shop.Database.OpenConnectionAsync(cancellationToken);
        await LoadVisits(connection, visits, cancellationToken);
        await Load.Audit.Load(connection, await WithUnheard(connection, client, cancellationToken), cancellationToken);
        var found = await Load.Audit.Run(connection, client, cancellationToken);

        await Stock(connection, cancellationToken);
        await Sales(connection, cancellationToken);
        await Orders(connection, visits, cancellationToken);
        await Seen(accepted, cancellationToken);
        Mails();
        await Messages(connection, cancellationToken);
        await Ops(cancellationToken);

        var all = new SortedDictionary<string, Invariant>(StringComparer.Ordinal);
        foreach (var (id, invariant) in found) all[id] = With(id, invariant);
        foreach (var id in _more.Keys.Where(id => !all.ContainsKey(id))) all[id] = With(id, new Invariant(true, ""));
        return new Verdict(all);
    }

    /// <summary>What is still under way, in the orders, in the outboxes, in the queues.</summary>
    /// <returns>Null when nothing is.</returns>
    public async Task<string?> UnderWay(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await shop.Database.OpenConnectionAsync(cancellationToken);
            await Load.Audit.Load(connection, new ClientJournal
            {
                Accepted = [.. journal.Visits.Where(visit => visit.OrderId is not null).Select(visit => visit.OrderId!.Value)],
            }, cancellationToken);
            var orders = await Load.Audit.Unsettled(connection, cancellationToken);
            var outgoing = await Count(connection, JudgeSql.Pending, cancellationToken);
            var timers = isShort ? 0 : await Count(connection, JudgeSql.Timers, cancellationToken);
            var queues = (await shop.Broker.Queues(cancellationToken)).Where(queue => queue.Value > 0).ToList();
            if (orders + outgoing + timers == 0 && queues.Count == 0) return null;
            return $"orders {orders}, in outboxes {outgoing}, timers {timers}, in queues " +
                (queues.Count == 0 ? "0" : string.Join(", ", queues.Select(queue => $"{queue.Key} {queue.Value}")));
        }
        catch (Exception away) when (away is NpgsqlException or HttpRequestException)
        {
            return $"not to be asked: {away.Message}";
        }
    }

    private Invariant With(string id, Invariant invariant)
    {
        if (!_more.TryGetValue(id, out var figures)) return invariant;
        var text = string.Join(", ", figures.Select(figure =>
            string.Create(CultureInfo.InvariantCulture, $"{figure.Name} {figure.Value:N0}")));
        return new Invariant(
            invariant.Holds && !figures.Any(figure => figure.IsWrong && figure.Value != 0),
            invariant.Detail.Length == 0 ? text : $"{invariant.Detail}; {text}");
    }

    private void Say(string id, string name, long value)
    {
        if (!_more.TryGetValue(id, out var figures)) _more[id] = figures = [];
        figures.Add((name, value, false));
    }

    private void Wrong(string id, string name, long value)
    {
        Say(id, name, value);
        _more[id][^1] = (name, value, true);
    }

    /// <summary>Also the orders of checkouts whose answer never came: they must end as any other.</summary>
    private static async Task<ClientJournal> WithUnheard(
        NpgsqlConnection connection, ClientJournal client, CancellationToken cancellationToken)
    {
        var unheard = new List<Guid>();
        await using var command = new NpgsqlCommand(JudgeSql.Unheard, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) unheard.Add(reader.GetGuid(0));
        return client with { Accepted = [.. client.Accepted, .. unheard] };
    }

    private static async Task LoadVisits(
        NpgsqlConnection connection, IReadOnlyList<Visit> visits, CancellationToken cancellationToken)
    {
        await using (var create = new NpgsqlCommand(JudgeSql.Visits, connection))
            await create.ExecuteNonQueryAsync(cancellationToken);
        await using var copy = await connection.BeginBinaryImportAsync(
            "copy visit (email, key, outcome, order_id, purpose) from stdin (format binary)", cancellationToken);
        foreach (var visit in visits)
        {
            await copy.StartRowAsync(cancellationToken);
            await copy.WriteAsync(visit.Email, NpgsqlDbType.Text, cancellationToken);
            await copy.WriteAsync(visit.Key, NpgsqlDbType.Text, cancellationToken);
            await copy.WriteAsync(visit.Outcome.ToString(), NpgsqlDbType.Text, cancellationToken);
            if (visit.OrderId is { } order) await copy.WriteAsync(order, NpgsqlDbType.Uuid, cancellationToken);
            else await copy.WriteNullAsync(cancellationToken);
            await copy.WriteAsync(visit.Purpose, NpgsqlDbType.Text, cancellationToken);
        }

        await copy.CompleteAsync(cancellationToken);
    }

    /// <summary>I1 by the client's book: of what so many wanted, exactly what there was is sold, and everyone else was told.</summary>
    private async Task Stock(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        foreach (var (sku, units) in faults.OfType<Rush>().SelectMany(rush => rush.Units))
        {
            await using var command = new NpgsqlCommand(JudgeSql.Rush, connection);
            command.Parameters.AddWithValue(sku);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            var (wanted, bought) = (reader.GetInt64(0), reader.GetInt64(1));
            Say("I1", $"{sku}: of {units} units, wanted by {wanted}, sold", bought);
            Wrong("I1", $"{sku}: not sold as many as there were", Math.Abs(bought - Math.Min(units, wanted)));
        }
    }

    /// <summary>I8 by the client's book: nobody bought more of a sale than one person may.</summary>
    private async Task Sales(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        foreach (var (sku, persons) in faults.OfType<PendingSale>().SelectMany(sale => sale.Persons))
        {
            var bought = new HashSet<string>(StringComparer.Ordinal);
            await using var command = new NpgsqlCommand(JudgeSql.Bought, connection);
            command.Parameters.AddWithValue(sku);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken)) bought.Add(reader.GetString(0));
            var accepted = persons.Sum(visits => visits.Count(visit => visit.OrderId is not null));
            Say("I8", $"{sku}: {persons.Count} persons, {accepted} orders accepted, bought", bought.Count);
            Wrong("I8", $"{sku}: persons who bought more than one may",
                persons.Count(visits => visits.Count(visit => bought.Contains(visit.Email)) > PendingSale.MostOrders));
        }
    }

    private async Task Orders(
        NpgsqlConnection connection, IReadOnlyList<Visit> visits, CancellationToken cancellationToken)
    {
        Say("I5", "visits", visits.Count);
        Say("I5", "refused", visits.Count(visit => visit.Outcome == VisitOutcome.Refused));
        Say("I5", "never answered", visits.Count(visit => visit.Outcome == VisitOutcome.Unanswered));
        Wrong("I5", "visits with two orders", await Count(connection, JudgeSql.TwoOrders, cancellationToken));
        Wrong("I5", "refused and ordered all the same", await Count(connection, JudgeSql.RefusedAndOrdered, cancellationToken));
        Wrong("I5", "accepted as another order", await Count(connection, JudgeSql.OtherOrder, cancellationToken));
    }

    /// <summary>I3 and I6 as customers see them.</summary>
    private async Task Seen(IReadOnlyList<Visit> accepted, CancellationToken cancellationToken)
    {
        var (unlike, asked) = (0, 0);
        using var client = new ShopClient(shop.Apis[0].Address, 4);
        var answer = new Answer();
        foreach (var visit in accepted.Where((_, index) => index % Math.Max(1, accepted.Count / MostAsked) == 0).Take(MostAsked))
        {
            await client.Send(
                HttpMethod.Get, client.Order(visit.OrderId!.Value), default, visit.Session, null, answer, cancellationToken);
            asked++;
            if (answer.Status != 200 || JsonBytes.Text(answer.Body, "\"status\""u8).SequenceEqual("RECEIVED"u8)
                || JsonBytes.Text(answer.Body, "\"status\""u8).SequenceEqual("PENDING_PAYMENT"u8)
                || JsonBytes.Text(answer.Body, "\"status\""u8).SequenceEqual("PAYMENT_UNKNOWN"u8)) unlike++;
        }

        Say("I3", "shown to their customers", asked);
        Wrong("I3", "not shown at rest", unlike);
    }

    /// <summary>I7 by the mail server's book.</summary>
    private void Mails()
    {
        var taken = shop.Mail.Taken;
        Say("I7", "mails that the server took", taken.Count);
        Wrong("I7", "taken twice", taken.Count - taken.Select(mail => (mail.Recipient, mail.Message.Subject)).Distinct().Count());
    }

    private async Task Messages(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var poison = faults.OfType<Poison>().Sum(fault => fault.Sent);
        var parked = await Count(connection, JudgeSql.Parked, cancellationToken);
        Say("I9", "poison sent", poison);
        Wrong("I9", "poison that is not parked", Math.Max(0, poison - parked));
        Wrong("I9", "parked that was no poison", Math.Max(0, parked - poison));
        Wrong("I9", "still in an outbox", await Count(connection, JudgeSql.Pending, cancellationToken));
        var queues = await shop.Broker.Queues(cancellationToken);
        Wrong("I9", "still in a queue", queues.Values.Sum());
        foreach (var (queue, count) in queues.Where(queue => queue.Value > 0).Take(MostShown))
            Console.WriteLine($"  left in {queue}: {count}");
        Say("I9", "to be tried again", await Count(connection, JudgeSql.Timers, cancellationToken));
        Say("I9", "delivered again", faults.OfType<DuplicateAndShuffle>().Sum(fault => fault.Delivered));
        Say("I9", "moves of a warehouse", warehouses.Moves);
        Wrong("I9", "handled again after a later one",
            warehouses.Returns + (await warehouses.IsBack(cancellationToken) ? 1 : 0));
        if (parked > poison) await Tell(connection, JudgeSql.ParkedWhy, cancellationToken);
    }

    /// <summary>What the shop says of itself must not be better than it is.</summary>
    private async Task Ops(CancellationToken cancellationToken)
    {
        if (await shop.Operator.Get("/ops/audit", cancellationToken) is not { } audit)
        {
            Wrong("ops", "no answer from /ops/audit", 1);
            return;
        }

        foreach (var invariant in audit.GetProperty("invariants").EnumerateArray())
        {
            var id = invariant.GetProperty("id").GetString()!;
            Say("ops", $"{id} checked", invariant.GetProperty("checked").GetInt64());
            Wrong("ops", $"{id} violated", invariant.GetProperty("violations").GetInt64());
        }
    }

    private static async Task<long> Count(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 120 };
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task Tell(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        for (var shown = 0; shown < MostShown && await reader.ReadAsync(cancellationToken); shown++)
            Console.WriteLine($"  parked: {reader.GetString(0)}");
    }
}
