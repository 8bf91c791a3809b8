using System.Collections.Concurrent;
using Npgsql;
using Shop.Messaging.Hosting;
using Shop.Words;

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
    private const int PatienceInSeconds = 5;

    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(1);

    private ConcurrentDictionary<string, KnownWord> _words = new();
    private ConcurrentDictionary<string, IReadOnlyList<IReadOnlyList<string>>> _mended = new();
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

    /// <summary>
    /// What was meant by a word that the index does not know: one that differs by a slip or two, two words written as one,
    /// or the longer words that it begins, such as model numbers. Each a sequence of words, the likeliest first.
    /// </summary>
    public async Task<IReadOnlyList<IReadOnlyList<string>>> Mend(string token, CancellationToken cancellationToken)
    {
        var mended = _mended;
        if (mended.TryGetValue(token, out var known)) return known;
        var meant = await Similar(token, cancellationToken);
        if (meant.Count == 0) meant = await Split(token, cancellationToken);
        if (meant.Count == 0) meant = await Longer(token, cancellationToken);
        return mended[token] = meant;
    }

    private async Task<IReadOnlyList<IReadOnlyList<string>>> Similar(string token, CancellationToken cancellationToken)
    {
        var forgiven = EditDistance.Forgiven(token.Length);
        if (forgiven == 0 || !token.All(char.IsAsciiLetterLower)) return [];
        var similar = await Words(
            "select word, documents from search.similar($1, $2)", token, MostSimilar, cancellationToken);
        var near = similar
            .Select(word => (word.Word, word.Documents, Slips: EditDistance.Between(token, word.Word, forgiven)))
            .Where(word => word.Slips <= forgiven).ToList();
        if (near.Count == 0) return [];
        var least = near.Min(word => word.Slips);
        return
        [
            .. near.Where(word => word.Slips == least).OrderByDescending(word => word.Documents)
                .Take(3).Select(word => (IReadOnlyList<string>)[word.Word]),
        ];
    }

    private async Task<IReadOnlyList<IReadOnlyList<string>>> Split(string token, CancellationToken cancellationToken)
    {
        var splits = Splits(token).ToList();
        if (splits.Count == 0) return [];
        var words = await Find(splits.SelectMany(split => split), cancellationToken);
        return
        [
            .. splits.Where(split => split.All(part => words[part].IsKnown))
                .OrderByDescending(split => split.Min(part => words[part].Documents)).Take(1),
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

    private async Task<IReadOnlyList<IReadOnlyList<string>>> Longer(string token, CancellationToken cancellationToken)
    {
        if (token.Length < 4 && !(token.Length == 3 && token.Any(char.IsAsciiDigit))) return [];
        var longer = await Words(
            """
            select word, documents from (
                select word, documents from search.word_view
                where word collate "C" >= $1 and word collate "C" < $1 || '{' order by word limit 200) w
            order by documents desc, word limit $2
            """, token, MostLonger, cancellationToken);
        return [.. longer.Select(word => (IReadOnlyList<string>)[word.Word])];
    }

    private async Task<List<(string Word, long Documents)>> Words(
        string sql, string token, int most, CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand(sql);
        command.CommandTimeout = PatienceInSeconds;
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = token });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = most });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var words = new List<(string, long)>();
        while (await reader.ReadAsync(cancellationToken)) words.Add((reader.GetString(0), reader.GetInt64(1)));
        return words;
    }

    private void ForgetWhatIsOld()
    {
        if (time.GetElapsedTime(Volatile.Read(ref _begun)) < Remembered
            && _words.Count < MostRemembered && _mended.Count < MostRemembered) return;
        Volatile.Write(ref _begun, time.GetTimestamp());
        _words = new ConcurrentDictionary<string, KnownWord>();
        _mended = new ConcurrentDictionary<string, IReadOnlyList<IReadOnlyList<string>>>();
    }
}
