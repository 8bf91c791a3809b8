using Shop.Words;

namespace Shop.Api.Search;

/// <summary>
/// Words in order, to find those that differ from a typed one by a slip or two: walked like a tree, where words that begin
/// alike share what was worked out for their beginning, and what cannot come near any more is left out.
/// </summary>
internal sealed class WordList
{
    private const int LongestWord = EditDistance.LongestWord;

    private readonly string[] _words;

    /// <summary>The best entry that has the word; entries are numbered by their weight, from 0.</summary>
    private readonly int[] _best;

    public WordList(IReadOnlyList<string> texts)
    {
        var best = new Dictionary<string, int>();
        for (var entry = 0; entry < texts.Count; entry++)
            foreach (var word in texts[entry].Split(' ', StringSplitOptions.RemoveEmptyEntries)) best.TryAdd(word, entry);
        _words = [.. best.Keys.Where(word => word.Length <= LongestWord).Order(StringComparer.Ordinal)];
        _best = [.. _words.Select(word => best[word])];
    }

    /// <summary>The words that were meant, the last one perhaps only begun; null if that cannot be told.</summary>
    public List<string>? Mend(IReadOnlyList<string> tokens)
    {
        var meant = new List<string>();
        for (var i = 0; i < tokens.Count; i++)
        {
            if (Nearest(tokens[i], isBegun: i == tokens.Count - 1) is not { } word) return null;
            meant.Add(word);
        }

        return meant;
    }

    private string? Nearest(string token, bool isBegun)
    {
        if (token.Length > LongestWord) return null;
        var walk = new Walk(this, token, isBegun);
        walk.Step(0, _words.Length, 0);
        return walk.Found;
    }

    private sealed class Walk
    {
        private readonly WordList _list;
        private readonly string _token;
        private readonly bool _isBegun;
        private readonly int _forgiven;
        private readonly int[][] _rows = new int[LongestWord + 1][];
        private (int Slips, int Best) _found = (int.MaxValue, int.MaxValue);

        public Walk(WordList list, string token, bool isBegun)
        {
            (_list, _token, _isBegun, _forgiven) = (list, token, isBegun, EditDistance.Forgiven(token.Length));
            _rows[0] = [.. Enumerable.Range(0, token.Length + 1)];
        }

        public string? Found { get; private set; }

        /// <summary>The words from one number to another, which share their first <paramref name="depth"/> letters.</summary>
        public void Step(int from, int to, int depth)
        {
            var slips = _rows[depth][_token.Length];
            if (slips <= _forgiven && _isBegun && depth > 0) TakeBegun(from, to, depth, slips);
            if (from < to && _list._words[from].Length == depth)
            {
                if (slips <= _forgiven && depth > 0) Take(slips, _list._best[from], _list._words[from]);
                from++;
            }

            while (from < to && depth < LongestWord)
            {
                var end = EndOfLetter(from, to, depth);
                var row = _rows[depth + 1] ??= new int[_token.Length + 1];
                var least = EditDistance.Next(
                    _list._words[from], depth + 1, _token, depth > 0 ? _rows[depth - 1] : _rows[0], _rows[depth], row);
                if (least <= _forgiven) Step(from, end, depth + 1);
                from = end;
            }
        }

        /// <summary>All of them begin with what was typed, but for some slips: the best known one stands for them.</summary>
        private void TakeBegun(int from, int to, int depth, int slips)
        {
            for (var i = from; i < to; i++) Take(slips, _list._best[i], _list._words[i][..depth]);
        }

        private void Take(int slips, int best, string word)
        {
            if ((slips, best).CompareTo(_found) >= 0) return;
            _found = (slips, best);
            Found = word;
        }

        /// <summary>The first word whose letter at this depth is another one.</summary>
        private int EndOfLetter(int from, int to, int depth)
        {
            var letter = _list._words[from][depth];
            var (low, high) = (from + 1, to);
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (_list._words[middle][depth] == letter) low = middle + 1;
                else high = middle;
            }

            return low;
        }
    }
}
