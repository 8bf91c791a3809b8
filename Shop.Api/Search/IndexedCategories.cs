using System.Collections.Concurrent;
using Npgsql;
using Shop.Messaging.Hosting;

namespace Shop.Api.Search;

/// <summary>A node of the category tree as the index has it.</summary>
/// <param name="Name">As customers read it.</param>
/// <param name="Path">Ids from the root to the node itself.</param>
internal sealed record IndexedCategory(string Name, IReadOnlyList<string> Path);

/// <summary>
/// The categories of the index. What was asked for lately is remembered for a minute, so that a new name of a category may
/// be so late in the facets.
/// </summary>
internal sealed class IndexedCategories(ReadsDatabase database, TimeProvider time)
{
    private const int MostRemembered = 20_000;
    private const int PatienceInSeconds = 5;

    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(1);

    private ConcurrentDictionary<string, IndexedCategory> _known = new(StringComparer.Ordinal);
    private long _begun = time.GetTimestamp();

    /// <returns>At least these, and those above them; without those that the index does not have.</returns>
    public async Task<IReadOnlyDictionary<string, IndexedCategory>> Find(
        IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        ForgetWhatIsOld();
        var known = _known;
        string[] missing = [.. ids.Where(id => !known.ContainsKey(id))];
        if (missing.Length == 0) return known;
        await using var command = database.Source.CreateCommand(
            """
            select c.id, c.name, c.path from search.category_view c where c.id = any(array(
                select distinct step from search.category_view own cross join unnest(own.path) as step
                where own.id = any((select $1)::text[])))
            """);
        command.CommandTimeout = PatienceInSeconds;
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = missing });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            known[reader.GetString(0)] = new IndexedCategory(reader.GetString(1), reader.GetFieldValue<string[]>(2));
        return known;
    }

    private void ForgetWhatIsOld()
    {
        if (time.GetElapsedTime(Volatile.Read(ref _begun)) < Remembered && _known.Count < MostRemembered) return;
        Volatile.Write(ref _begun, time.GetTimestamp());
        _known = new ConcurrentDictionary<string, IndexedCategory>(StringComparer.Ordinal);
    }
}
