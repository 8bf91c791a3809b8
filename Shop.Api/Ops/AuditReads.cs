using Npgsql;
using Shop.Messaging.Hosting;

namespace Shop.Api.Ops;

/// <summary>
/// The invariants as each context last found them, from the views that the contexts publish: what they cost does not grow
/// with the shop.
/// </summary>
internal sealed class AuditReads(ReadsDatabase database)
{
    private const int PatienceInSeconds = 5;
    private const int MostDetails = 10;

    /// <summary>What is older says nothing of now: whoever evaluates it is away.</summary>
    private static readonly TimeSpan Stale = TimeSpan.FromMinutes(5);

    /// <summary>Each has a view <c>audit_view</c>.</summary>
    private static readonly string[] Contexts = ["requests", "orders", "inventory", "payments", "messaging"];

    private static readonly (string Id, string Title)[] Titles =
    [
        ("I1", "Stock is within its bounds, and what its ledger adds up to"),
        ("I2", "One authorisation an order; captured within it, refunded within that; our ledger is the provider's journal"),
        ("I3", "Every checkout that was accepted comes to an end, in time"),
        ("I4", "Confirmed orders have their stock and money; orders that ended have neither"),
        ("I5", "One idempotency key is one order, and the same answer for every repeat"),
        ("I6", "The history of an order is whole, and ends with its status"),
        ("I7", "At most one e-mail for each order and template"),
        ("I8", "Nobody buys more in a sale than its limit"),
        ("I9", "Every message that was taken is processed, or stands where someone sees it"),
    ];

    public async Task<AuditView> Read(CancellationToken cancellationToken)
    {
        var (parts, now) = await ReadParts(cancellationToken);
        if (await ReadMails(now, cancellationToken) is { } mails) parts.Add(mails);
        InvariantView[] invariants = [.. Titles.Select(title => Sum(title.Id, title.Title, parts, now))];
        return new AuditView(invariants.All(invariant => invariant.Holds), invariants);
    }

    private static InvariantView Sum(string id, string title, List<Part> all, DateTime now)
    {
        var parts = all.Where(part => part.Invariant == id).ToList();
        List<string> details = [.. parts.SelectMany(part => part.Details).Take(MostDetails)];
        var stale = parts.Where(part => part.EvaluatedAt < now - Stale).ToList();
        details.AddRange(stale.Select(part => $"{part.Name} was last evaluated at {part.EvaluatedAt:O}"));
        if (parts.Count == 0) details.Add(id switch
        {
            "I7" => "nothing to check: no mails are sent",
            _ => "not evaluated yet",
        });
        return new InvariantView
        {
            Id = id,
            Title = title,
            Holds = parts.All(part => part.Violations == 0) && stale.Count == 0 && (parts.Count > 0 || id is "I7"),
            Checked = parts.Sum(part => part.Checked),
            Violations = parts.Sum(part => part.Violations),
            Details = details,
            EvaluatedAt = parts.Count == 0 ? null : parts.Min(part => part.EvaluatedAt),
        };
    }

    private async Task<(List<Part> Parts, DateTime Now)> ReadParts(CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand(string.Join(" union all ", Contexts.Select(context =>
            $"select invariant, part, checked, violations, evaluated_at, details, now() from {context}.audit_view")));
        command.CommandTimeout = PatienceInSeconds;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var (parts, now) = (new List<Part>(), DateTime.MinValue);
        while (await reader.ReadAsync(cancellationToken))
        {
            parts.Add(new Part(
                reader.GetString(0), reader.GetString(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetDateTime(4),
                reader.GetFieldValue<string[]>(5)));
            now = reader.GetDateTime(6);
        }

        return (parts, now);
    }

    /// <summary>Null while mail is not part of the shop.</summary>
    private async Task<Part?> ReadMails(DateTime now, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = database.Source.CreateCommand("select checked, violations from notifications.audit_view");
            command.CommandTimeout = PatienceInSeconds;
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            if (!await reader.ReadAsync(cancellationToken)) return null;
            var violations = reader.GetInt64(1);
            return new Part("I7", "I7", reader.GetInt64(0), violations, now,
                violations == 0 ? [] : [$"{violations} mails were written twice"]);
        }
        catch (PostgresException missing) when (missing.SqlState
            is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
        {
            return null;
        }
    }

    private sealed record Part(
        string Invariant, string Name, long Checked, long Violations, DateTime EvaluatedAt, IReadOnlyList<string> Details);
}
