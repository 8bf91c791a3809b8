using Npgsql;

namespace Shop.Messaging.Audit;

/// <summary>
/// One invariant as one context can judge it: which of its subjects changed, how to walk along all of them, and which
/// are wrong. Subjects are text, such as an order's id.
/// </summary>
public sealed record AuditCheck
{
    /// <summary>The invariant, and what of it if that is not all: <c>I4 stock</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Where subjects are found.</summary>
    public required NpgsqlDataSource Source { get; init; }

    /// <summary>Subjects that changed from $1 until $2. Null: they are only walked along.</summary>
    public string? Changed { get; init; }

    /// <summary>The next $2 subjects after $1, in order; '' is before the first.</summary>
    public required string Walk { get; init; }

    /// <summary>Changes are judged when they are so old.</summary>
    public TimeSpan Lag { get; init; }

    /// <summary>Done before each run.</summary>
    public Func<CancellationToken, Task>? Before { get; init; }

    /// <summary>How many there are, where walking along them does not tell.</summary>
    public string? Count { get; init; }

    /// <summary>Of some subjects, those that are wrong, and why.</summary>
    public required Func<string[], CancellationToken, Task<IReadOnlyDictionary<string, string>>> Judge { get; init; }

    /// <summary>A judge in SQL: of the subjects $1 (text[]) the wrong ones, with why.</summary>
    public static Func<string[], CancellationToken, Task<IReadOnlyDictionary<string, string>>> By(
        NpgsqlDataSource source, string sql) => async (subjects, cancellationToken) =>
    {
        await using var command = source.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = subjects });
        return await Read(command, cancellationToken);
    };

    public static async Task<IReadOnlyDictionary<string, string>> Read(
        NpgsqlCommand command, CancellationToken cancellationToken)
    {
        var wrong = new Dictionary<string, string>(StringComparer.Ordinal);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) wrong[reader.GetString(0)] = reader.GetString(1);
        return wrong;
    }
}
