using Npgsql;

namespace Shop.Workers.Search;

/// <summary>The stems of words, by the database's own stemmer, so that index and query have the same ones.</summary>
internal sealed class Lexemes
{
    private const int Most = 300_000;

    private readonly Dictionary<string, string> _known = [];

    public string Of(string token) => _known[token];

    /// <summary>Makes sure that <see cref="Of"/> knows these. Not for several threads at once.</summary>
    public async Task Learn(
        NpgsqlConnection connection, IReadOnlySet<string> tokens, CancellationToken cancellationToken)
    {
        if (_known.Count > Most) _known.Clear();
        var missing = tokens.Where(token => !_known.ContainsKey(token)).ToArray();
        if (missing.Length == 0) return;
        await using var command = new NpgsqlCommand(
            "select token, search.lexeme(token) from unnest($1) as t (token)", connection);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = missing });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) _known[reader.GetString(0)] = reader.GetString(1);
    }
}
