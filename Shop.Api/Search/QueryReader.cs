using Shop.Words;

namespace Shop.Api.Search;

/// <summary>One way to say a part of a query, as stems that all have to be there, and how well it is what was said.</summary>
internal sealed record Wording(IReadOnlyList<string> Lexemes, double Weight);

/// <summary>A part of a query: a product has it if it has one of its wordings. The first is what was typed.</summary>
internal sealed record QueryTerm(IReadOnlyList<Wording> Wordings);

/// <summary>Reads what was typed: mends slips, joins and splits words, adds synonyms.</summary>
internal sealed class QueryReader(Vocabulary vocabulary, Synonyms synonyms)
{
    private const int MostWords = 12;
    private const int MostTokens = 16;
    private const int MostWordings = 12;

    /// <summary>Someone who slips more often than that is beyond help.</summary>
    private const int MostMended = 4;

    /// <summary>Whatever was typed comes first, then what means the same, then what may have been meant.</summary>
    private const double Typed = 1.0, Same = 0.9, Meant = 0.8;

    private static readonly HashSet<string> Fillers =
        ["a", "an", "the", "for", "of", "and", "or", "with", "in", "to", "by", "on", "at", "from", "my", "is"];

    public async Task<IReadOnlyList<QueryTerm>> Read(string text, CancellationToken cancellationToken) =>
        Terms(await Look(text, cancellationToken));

    /// <summary>
    /// As <see cref="Read"/>, for what was not found: a word that hardly any product has now may be a slip, though the
    /// index knows it.
    /// </summary>
    /// <returns>Null if that changes nothing.</returns>
    public async Task<IReadOnlyList<QueryTerm>?> ReadAgain(string text, CancellationToken cancellationToken)
    {
        var tokens = await Look(text, cancellationToken);
        var known = tokens.FindAll(token => token.Known is { IsKnown: true, Documents: < Vocabulary.Common });
        if (known.Count == 0) return null;
        var rare = await vocabulary.Rare(known.Select(token => token.Known.Lexeme), cancellationToken);
        known.RemoveAll(token => !rare.Contains(token.Known.Lexeme));
        return await Mend(known, cancellationToken) ? Terms(tokens) : null;
    }

    private List<QueryTerm> Terms(List<Token> tokens)
    {
        var terms = new List<QueryTerm>();
        for (var at = 0; at < tokens.Count;)
        {
            var (term, length) = TermAt(tokens, at);
            terms.Add(term);
            at += length;
        }

        return terms;
    }

    private async Task<List<Token>> Look(string text, CancellationToken cancellationToken)
    {
        await synonyms.Refresh(cancellationToken);
        var words = Word.Of(text, MostWords);
        if (words.Exists(word => !Fillers.Contains(word.Joined))) words.RemoveAll(word => Fillers.Contains(word.Joined));
        var tokens = TokensOf(words);
        var known = await vocabulary.Find(
            tokens.SelectMany(token => new[] { token.Text, token.Joined, token.WithNext }).OfType<string>(), cancellationToken);
        foreach (var token in tokens)
        {
            token.Known = known[token.Text];
            token.JoinedLexeme = token.Joined is { } joined ? known[joined].Lexeme : null;
            token.PairLexeme = token.WithNext is { } pair && known[pair].IsKnown ? known[pair].Lexeme : null;
        }

        await AddMeant(
            [
                .. from token in tokens
                   where token.Known.IsKnown
                   let parts = Vocabulary.AtDigits(token.Text)
                   where parts is not null
                   select (token, parts),
            ], cancellationToken);
        await Mend(tokens.FindAll(token => !token.Known.IsKnown), cancellationToken);
        return tokens;
    }

    private static List<Token> TokensOf(List<Word> words)
    {
        var tokens = words.SelectMany(word => word.Parts.Select((part, index) =>
            new Token(part) { PartsFromHere = index == 0 ? word.Parts.Count : 0 })).Take(MostTokens).ToList();
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens[i].PartsFromHere > 1 && i + tokens[i].PartsFromHere <= tokens.Count)
                tokens[i].Joined = string.Concat(tokens.Skip(i).Take(tokens[i].PartsFromHere).Select(token => token.Text));
            if (i + 1 < tokens.Count) tokens[i].WithNext = tokens[i].Text + tokens[i + 1].Text;
        }

        return tokens;
    }

    /// <summary>Adds what the first few of these may have meant.</summary>
    /// <returns>Whether there is anything.</returns>
    private async Task<bool> Mend(List<Token> tokens, CancellationToken cancellationToken)
    {
        if (tokens.Count > MostMended) tokens = tokens.GetRange(0, MostMended);
        if (tokens.Count == 0) return false;
        var meant = await vocabulary.Mend([.. tokens.Select(token => token.Text)], cancellationToken);
        return await AddMeant(
            [.. tokens.SelectMany(token => meant[token.Text].Select(way => (token, way)))], cancellationToken);
    }

    private async Task<bool> AddMeant(
        List<(Token Token, IReadOnlyList<string> Way)> meant, CancellationToken cancellationToken)
    {
        var words = await vocabulary.Find(meant.SelectMany(pair => pair.Way), cancellationToken);
        foreach (var (token, way) in meant) token.Meant.Add([.. way.Select(word => words[word].Lexeme)]);
        return meant.Count > 0;
    }

    /// <summary>The longest term that begins here, and how many tokens it covers.</summary>
    private (QueryTerm Term, int Length) TermAt(List<Token> tokens, int at)
    {
        for (var length = Math.Min(Synonyms.MostWords, tokens.Count - at); length > 0; length--)
        {
            var span = tokens.GetRange(at, length);
            var others = Others(span);
            if (others.Count == 0 && length > 1) continue;
            var wordings = new List<Wording> { new([.. span.Select(token => token.Known.Lexeme)], Typed) };
            wordings.AddRange(Mended(span));
            wordings.AddRange(others);
            return (new QueryTerm([.. wordings.DistinctBy(wording => string.Join(' ', wording.Lexemes)).Take(MostWordings)]), length);
        }

        throw new InvalidOperationException("A term covers at least one token.");
    }

    private List<Wording> Others(List<Token> span)
    {
        var others = new List<Wording>();
        if (span[0].PartsFromHere == span.Count && span[0].JoinedLexeme is { } joined) others.Add(new Wording([joined], Typed));
        if (span.Count == 2 && span[0].PairLexeme is { } pair) others.Add(new Wording([pair], Typed));
        others.AddRange(synonyms.Of(span.Select(token => token.Likeliest)).Select(same => new Wording(same, Same)));
        return others;
    }

    /// <summary>With what was meant in place of the tokens that nobody knows.</summary>
    private static IEnumerable<Wording> Mended(List<Token> span)
    {
        if (span.Count == 1) return span[0].Meant.Select(meant => new Wording(meant, Meant));
        if (!span.Exists(token => token.Meant.Count > 0)) return [];
        return [new Wording([.. span.SelectMany(token => token.Meant.FirstOrDefault() ?? [token.Known.Lexeme])], Meant)];
    }

    private sealed class Token(string text)
    {
        public string Text { get; } = text;
        public KnownWord Known { get; set; } = new(text, 0);

        /// <summary>If a word of several parts begins here: how many.</summary>
        public int PartsFromHere { get; init; }

        public string? Joined { get; set; }
        public string? JoinedLexeme { get; set; }
        public string? WithNext { get; set; }
        public string? PairLexeme { get; set; }
        public List<IReadOnlyList<string>> Meant { get; } = [];

        public string Likeliest => !Known.IsKnown && Meant is [[var only], ..] ? only : Known.Lexeme;
    }
}
