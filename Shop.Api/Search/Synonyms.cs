using Npgsql;
using Shop.Messaging.Hosting;
using Shop.Words;

namespace Shop.Api.Search;

/// <summary>What means the same, by the stems of its words. Read anew every half minute.</summary>
internal sealed class Synonyms(ReadsDatabase database, Vocabulary vocabulary, TimeProvider time) : IDisposable
{
    /// <summary>The longest term that is looked for.</summary>
    public const int MostWords = 4;

    private const int MostRows = 5_000;
    private const int PatienceInSeconds = 5;

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _reading = new(1, 1);
    private Book _book = new(new Dictionary<string, IReadOnlyList<IReadOnlyList<string>>>(), null);

    /// <summary>Other ways to say this sequence of stems.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Of(IEnumerable<string> lexemes) =>
        _book.Terms.GetValueOrDefault(string.Join(' ', lexemes)) ?? [];

    /// <summary>Reads them if that is due. One caller reads; the others take what was there.</summary>
    public async Task Refresh(CancellationToken cancellationToken)
    {
        if (IsFresh()) return;
        if (_book.ReadAt is null) await _reading.WaitAsync(cancellationToken);
        else if (!await _reading.WaitAsync(0, cancellationToken)) return;
        try
        {
            if (!IsFresh()) _book = new Book(await Read(cancellationToken), time.GetTimestamp());
        }
        finally
        {
            _reading.Release();
        }
    }

    public void Dispose() => _reading.Dispose();

    private bool IsFresh() => _book.ReadAt is { } at && time.GetElapsedTime(at) < Fresh;

    private async Task<IReadOnlyDictionary<string, IReadOnlyList<IReadOnlyList<string>>>> Read(
        CancellationToken cancellationToken)
    {
        var rows = new List<string[]>();
        await using (var command = database.Source.CreateCommand("select terms from search.synonym_view order by id limit $1"))
        {
            command.CommandTimeout = PatienceInSeconds;
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = MostRows });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken)) rows.Add(reader.GetFieldValue<string[]>(0));
        }

        var sets = rows.ConvertAll(terms => terms.Select(Tokens).Where(IsTerm).ToList());
        var words = await vocabulary.Find(sets.SelectMany(set => set).SelectMany(term => term), cancellationToken);
        var book = new Dictionary<string, List<IReadOnlyList<string>>>();
        foreach (var set in sets)
        {
            var terms = set.ConvertAll(term => (IReadOnlyList<string>)[.. term.Select(token => words[token].Lexeme)]);
            foreach (var term in terms)
            {
                var key = string.Join(' ', term);
                if (!book.TryGetValue(key, out var others)) book[key] = others = [];
                others.AddRange(terms.Where(other => other != term));
            }
        }

        return book.ToDictionary(pair => pair.Key, pair => (IReadOnlyList<IReadOnlyList<string>>)pair.Value);
    }

    private static List<string> Tokens(string term) =>
        [.. Word.Of(term, MostWords + 1).SelectMany(word => word.Parts)];

    private static bool IsTerm(List<string> tokens) => tokens.Count is > 0 and <= MostWords;

    private sealed record Book(
        IReadOnlyDictionary<string, IReadOnlyList<IReadOnlyList<string>>> Terms, long? ReadAt);
}
