using System.Collections.Concurrent;
using Npgsql;
using Shop.Messaging.Hosting;
using Shop.Words;
using Ways = System.Collections.Generic.IReadOnlyList<System.Collections.Generic.IReadOnlyList<string>>;

namespace Shop.Api.Search;

/// <summary>What the index knows of a word: its stem, and how many products have it in any form; 0 if none.</summary>
internal sealed record KnownWord(string Lexeme, long Documents)
{
    public bool IsKnown => Documents > 0;
}

/// <summary>The words of the index. What was asked for lately is remembered for a while.</summary>
internal sealed class Vocabulary(ReadsDatabase database, TimeProvider time)
{
    private const int MostRemembered = 20_000;
    private const int MostSimilar = 60;
    private const int MostLonger = 8;
    private const int ShortestSplit = 3;

    /// <summary>A word of fewer products may be a slip of someone who wrote a title.</summary>
    private const int Few = 3;

    /// <summary>What was counted of so many has not become a slip since the last rebuild, which counts anew.</summary>
    public const int Common = 10_000;

    private const int PatienceInSeconds = 5;

    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(1);

    private ConcurrentDictionary<string, KnownWord> _words = new();
    private ConcurrentDictionary<string, Ways> _mended = new();
    private long _begun = time.GetTimestamp();

    public async Task<IReadOnlyDictionary<string, KnownWord>> Find(
        IEnumerable<string> tokens, CancellationToken cancellationToken)
    {
        ForgetWhatIsOld();
        var words = _words;
        var found = new Dictionary<string, KnownWord>();
        var missing = new List<string>();
        foreach (var token in tokens.Distinct())
        {
            if (words.TryGetValue(token, out var word)) found[token] = word;
            else missing.Add(token);
        }

        if (missing.Count == 0) return found;
        await using var command = database.Source.CreateCommand(
            """
            select t.token, t.lexeme, coalesce((select sum(documents)::bigint from search.word_view w where w.lexeme = t.lexeme), 0)
            from (select token, search.lexeme(token) as lexeme from unnest($1) as u (token)) t
            """);
        command.CommandTimeout = PatienceInSeconds;
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. missing] });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            words[reader.GetString(0)] = found[reader.GetString(0)] = new KnownWord(reader.GetString(1), reader.GetInt64(2));
        return found;
    }

    /// <summary>Those of these stems that hardly any product has now: what is counted of words is only ever added to.</summary>
    public async Task<IReadOnlySet<string>> Rare(IEnumerable<string> lexemes, CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand(
            "select lexeme from unnest($1, $2) as t (lexeme, quoted) where search.count_up_to($3, quoted::tsquery) < $3");
        command.CommandTimeout = PatienceInSeconds;
        string[] distinct = [.. lexemes.Distinct()];
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = distinct });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. distinct.Select(TsText.Quote)] });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Few });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rare = new HashSet<string>();
        while (await reader.ReadAsync(cancellationToken)) rare.Add(reader.GetString(0));
        return rare;
    }

    /// <summary>
    /// What was meant by words that the index hardly knows: others that differ by a slip or two, two words written as one,
    /// or the longer words that it begins, such as model numbers. Each a sequence of words, the likeliest first.
    /// </summary>
    public async Task<IReadOnlyDictionary<string, Ways>> Mend(
        IReadOnlyCollection<string> tokens, CancellationToken cancellationToken)
    {
        var mended = _mended;
        var meant = new Dictionary<string, Ways>();
        foreach (var token in tokens)
            if (mended.TryGetValue(token, out var known)) meant[token] = known;
        foreach (var look in new[] { Similar, Split, Longer })
        {
            List<string> missing = [.. tokens.Where(token => !meant.ContainsKey(token)).Distinct()];
            if (missing.Count == 0) break;
            foreach (var (token, ways) in await look(missing, cancellationToken))
                if (ways.Count > 0) meant[token] = ways;
        }

        foreach (var token in tokens) mended[token] = meant[token] = meant.GetValueOrDefault(token, []);
        return meant;
    }

    private async Task<IEnumerable<(string Token, Ways Ways)>> Similar(
        List<string> tokens, CancellationToken cancellationToken)
    {
        var words = await Words(
            """
            select t.token, s.word, s.documents
            from unnest($1) as t (token) cross join lateral search.similar(t.token, $2) s where s.word <> t.token
            """,
            tokens.Where(token => EditDistance.Forgiven(token.Length) > 0 && token.All(char.IsAsciiLetterLower)),
            MostSimilar, cancellationToken);
        return words.Select(similar => (similar.Key, Nearest(similar.Key, similar)));
    }

    private static Ways Nearest(string token, IEnumerable<FoundWord> similar)
    {
        var forgiven = EditDistance.Forgiven(token.Length);
        var near = similar
            .Select(found => (found.Word, found.Documents, Slips: EditDistance.Between(token, found.Word, forgiven)))
            .Where(word => word.Slips <= forgiven).ToList();
        if (near.Count == 0) return [];
        var least = near.Min(word => word.Slips);
        return
        [
            .. near.Where(word => word.Slips == least).OrderByDescending(word => word.Documents)
                .Take(3).Select(word => (IReadOnlyList<string>)[word.Word]),
        ];
    }

    private async Task<IEnumerable<(string Token, Ways Ways)>> Split(
        List<string> tokens, CancellationToken cancellationToken)
    {
        var splits = tokens.ConvertAll(token => (Token: token, Splits: Splits(token).ToList()));
        var words = await Find(splits.SelectMany(pair => pair.Splits).SelectMany(split => split), cancellationToken);
        return splits.Select(pair => (pair.Token, Best(pair.Splits)));
        Ways Best(IEnumerable<IReadOnlyList<string>> ways) =>
        [
            .. ways.Where(way => way.All(part => words[part].IsKnown))
                .OrderByDescending(way => way.Min(part => words[part].Documents)).Take(1),
        ];
    }

    /// <summary>Between letters anywhere, and otherwise where letters meet digits.</summary>
    private static IEnumerable<IReadOnlyList<string>> Splits(string token)
    {
        if (token.All(char.IsAsciiLetterLower))
        {
            for (var at = ShortestSplit; at <= token.Length - ShortestSplit; at++) yield return [token[..at], token[at..]];
        }
        else if (AtDigits(token) is { } parts)
        {
            yield return parts;
        }
    }

    /// <summary><c>iphone7</c> is <c>iphone</c> and <c>7</c>; null for what changes more often.</summary>
    public static IReadOnlyList<string>? AtDigits(string token)
    {
        var letters = 0;
        while (letters < token.Length && char.IsAsciiLetterLower(token[letters])) letters++;
        return letters > 0 && letters < token.Length && token.AsSpan(letters).IndexOfAnyExceptInRange('0', '9') < 0
            ? [token[..letters], token[letters..]]
            : null;
    }

    private async Task<IEnumerable<(string Token, Ways Ways)>> Longer(
        List<string> tokens, CancellationToken cancellationToken)
    {
        var words = await Words(
            """
            select t.token, w.word, w.documents
            from unnest($1) as t (token) cross join lateral (
                select word, documents from (
                    select word, documents from search.word_view
                    where word collate "C" > t.token and word collate "C" < t.token || '{' order by word limit 200) begun
                order by documents desc, word limit $2) w
            """,
            tokens.Where(token => token.Length >= 4 || (token.Length == 3 && token.Any(char.IsAsciiDigit))),
            MostLonger, cancellationToken);
        return words.Select(longer => (longer.Key, All(longer)));
        static Ways All(IEnumerable<FoundWord> longer) =>
            [.. longer.Select(found => (IReadOnlyList<string>)[found.Word])];
    }

    private async Task<IEnumerable<IGrouping<string, FoundWord>>> Words(
        string sql, IEnumerable<string> tokens, int most, CancellationToken cancellationToken)
    {
        string[] asked = [.. tokens];
        if (asked.Length == 0) return [];
        await using var command = database.Source.CreateCommand(sql);
        command.CommandTimeout = PatienceInSeconds;
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = asked });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = most });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var words = new List<FoundWord>();
        while (await reader.ReadAsync(cancellationToken))
            words.Add(new FoundWord(reader.GetString(0), reader.GetString(1), reader.GetInt64(2)));
        return words.GroupBy(found => found.Token);
    }

    private void ForgetWhatIsOld()
    {
        if (time.GetElapsedTime(Volatile.Read(ref _begun)) < Remembered
            && _words.Count < MostRemembered && _mended.Count < MostRemembered) return;
        Volatile.Write(ref _begun, time.GetTimestamp());
        _words = new ConcurrentDictionary<string, KnownWord>();
        _mended = new ConcurrentDictionary<string, Ways>();
    }

    private readonly record struct FoundWord(string Token, string Word, long Documents);
}
