using Shop.Words;

namespace Shop.Api.Search;

/// <summary>Something that may be suggested. A greater weight comes first.</summary>
internal sealed record SuggestionEntry(string Text, string? Sku, double Weight);

/// <summary>
/// Texts that can be found by the beginning of any of their words. The beginnings stand in one sorted array, so that
/// those that begin alike are a stretch of it; nothing is written after it is made.
/// </summary>
internal sealed class SuggestionList
{
    public const int MostEntries = 60_000;

    private const int MostWordsOfEntry = 16;
    private const int MostWordsTyped = 8;
    private const int MostLooks = 5_000;

    public static readonly SuggestionList Empty = new([]);

    private readonly SuggestionEntry[] _entries;
    private readonly string[] _texts;
    private readonly (int Entry, int Start)[] _beginnings;
    private readonly WordList _words;

    public SuggestionList(IEnumerable<SuggestionEntry> entries)
    {
        _entries = [.. entries.OrderByDescending(entry => entry.Weight).Take(MostEntries)];
        _texts = [.. _entries.Select(entry => string.Join(' ', Tokens(entry.Text, MostWordsOfEntry)))];
        _beginnings = [.. _texts.SelectMany((text, entry) => StartsOf(text).Select(start => (entry, start)))];
        Array.Sort(_beginnings, (one, other) => Rest(one).SequenceCompareTo(Rest(other)));
        _words = new WordList(_texts);
    }

    /// <summary>The likeliest entries for what was typed; if there are none, for what may have been meant.</summary>
    public IReadOnlyList<Suggestion> For(string typed, int limit)
    {
        List<string> tokens = [.. Tokens(typed, MostWordsTyped)];
        if (tokens.Count == 0) return [];
        var found = Find(tokens, limit);
        if (found.Count == 0 && _words.Mend(tokens) is { } meant) found = Find(meant, limit);
        return [.. found.Select(entry => new Suggestion(_entries[entry].Text, _entries[entry].Sku))];
    }

    private static IEnumerable<string> Tokens(string text, int most) =>
        Word.Of(text, most).SelectMany(word => word.Parts);

    private static IEnumerable<int> StartsOf(string text)
    {
        for (var i = 0; i < text.Length; i++)
            if (i == 0 || text[i - 1] == ' ') yield return i;
    }

    private ReadOnlySpan<char> Rest((int Entry, int Start) beginning) => _texts[beginning.Entry].AsSpan(beginning.Start);

    /// <summary>Entries that say it in one piece, then those that have all its words anywhere; the best first.</summary>
    private List<int> Find(List<string> tokens, int limit)
    {
        var best = new BestEntries(_entries, limit);
        var (from, to) = Stretch(string.Join(' ', tokens));
        for (var i = from; i < to; i++) best.Add(_beginnings[i].Entry);
        if (tokens.Count > 1 && best.Entries.Count < limit) AddScattered(tokens, limit, best.Entries);
        return best.Entries;
    }

    private void AddScattered(List<string> tokens, int limit, List<int> entries)
    {
        var (from, to) = tokens.Select(Stretch).MinBy(stretch => stretch.To - stretch.From);
        var scattered = new BestEntries(_entries, limit - entries.Count);
        for (var i = from; i < to && i - from < MostLooks; i++)
        {
            var entry = _beginnings[i].Entry;
            if (scattered.IsWorse(entry) || entries.Contains(entry)) continue;
            if (tokens.TrueForAll(token => HasWord(_texts[entry], token))) scattered.Add(entry);
        }

        entries.AddRange(scattered.Entries);
    }

    private static bool HasWord(string text, string beginning)
    {
        for (var at = text.IndexOf(beginning, StringComparison.Ordinal); at >= 0;
            at = text.IndexOf(beginning, at + 1, StringComparison.Ordinal))
            if (at == 0 || text[at - 1] == ' ') return true;
        return false;
    }

    private (int From, int To) Stretch(string beginning) =>
        (FirstNotBefore(beginning, isPast: false), FirstNotBefore(beginning, isPast: true));

    /// <summary>The first that begins so or comes later; or, past those, the first that comes later.</summary>
    private int FirstNotBefore(ReadOnlySpan<char> beginning, bool isPast)
    {
        var (low, high) = (0, _beginnings.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            var rest = Rest(_beginnings[middle]);
            if (rest.Length > beginning.Length) rest = rest[..beginning.Length];
            var order = rest.SequenceCompareTo(beginning);
            if (order < 0 || (isPast && order == 0)) low = middle + 1;
            else high = middle;
        }

        return low;
    }
}

/// <summary>The first few entries of many. Entries are numbered by their weight, so that the lowest are the best.</summary>
internal sealed class BestEntries(SuggestionEntry[] all, int limit)
{
    public List<int> Entries { get; } = new(limit + 1);

    public bool IsWorse(int entry) => Entries.Count >= limit && (limit == 0 || entry >= Entries[^1]);

    public void Add(int entry)
    {
        if (IsWorse(entry)) return;
        var place = Entries.BinarySearch(entry);
        if (place >= 0 || Entries.Exists(other => all[other].Text == all[entry].Text && other < entry)) return;
        Entries.RemoveAll(other => all[other].Text == all[entry].Text);
        place = Entries.BinarySearch(entry);
        Entries.Insert(~place, entry);
        if (Entries.Count > limit) Entries.RemoveAt(limit);
    }
}
