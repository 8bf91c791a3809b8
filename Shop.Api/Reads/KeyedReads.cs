using Npgsql;
using Shop.Messaging.GroupCommit;

namespace Shop.Api.Reads;

/// <summary>
/// Reads rows by key. Calls that come together are one statement, and share its answer. The statement asks for
/// <c>any((select $1)::…)</c>: an array whose length the planner does not know is looked up key by key.
/// </summary>
internal sealed class KeyedReads<TKey, TRow>
    where TKey : notnull
{
    private const int PatienceInSeconds = 5;
    private const int LargestGroup = 1_000;

    /// <summary>Each card of a list is a call: two hundred long lists of which nothing is kept.</summary>
    private const int MostWaiting = 20_000;

    private readonly NpgsqlDataSource _source;
    private readonly string _statement;
    private readonly Func<NpgsqlDataReader, KeyValuePair<TKey, TRow>> _read;
    private readonly Coalescer<IReadOnlyCollection<TKey>, IReadOnlyDictionary<TKey, TRow>> _coalescer;

    public KeyedReads(NpgsqlDataSource source, string statement, Func<NpgsqlDataReader, KeyValuePair<TKey, TRow>> read)
    {
        _source = source;
        _statement = statement;
        _read = read;
        _coalescer = new(ReadGroup, LargestGroup, MostWaiting);
    }

    /// <returns>At least the rows of these keys that there are.</returns>
    /// <exception cref="CoalescerFullException">Too many wait already.</exception>
    public Task<IReadOnlyDictionary<TKey, TRow>> Of(IReadOnlyCollection<TKey> keys) => _coalescer.Call(keys);

    /// <returns>The row, or the default if there is none.</returns>
    public async Task<TRow?> Find(TKey key) => (await _coalescer.Call([key])).GetValueOrDefault(key);

    private async Task ReadGroup(
        IReadOnlyList<Call<IReadOnlyCollection<TKey>, IReadOnlyDictionary<TKey, TRow>>> calls)
    {
        var keys = new HashSet<TKey>();
        foreach (var call in calls) keys.UnionWith(call.Request);
        await using var command = _source.CreateCommand(_statement);
        command.CommandTimeout = PatienceInSeconds;
        command.Parameters.Add(new NpgsqlParameter<TKey[]> { TypedValue = [.. keys] });
        var rows = new Dictionary<TKey, TRow>(keys.Count);
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                var (key, row) = _read(reader);
                rows[key] = row;
            }
        }

        foreach (var call in calls) call.Succeed(rows);
    }
}
