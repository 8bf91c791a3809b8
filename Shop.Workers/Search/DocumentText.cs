using System.Globalization;
using System.Text;
using Shop.Workers.Import;
using Shop.Words;

namespace Shop.Workers.Search;

/// <summary>A document's words, each where it stands, and what becomes of them in PostgreSQL's full text search.</summary>
internal sealed class DocumentText
{
    private const int MostInTitle = 100;
    private const int MostInBrand = 20;
    private const int MostInCategories = 60;
    private const int MostInAttributes = 200;
    private const int MostInDescription = 1_000;

    private readonly List<(string Token, char Weight)> _head = [];
    private readonly SearchDocument _document;

    public DocumentText(SearchDocument document)
    {
        _document = document;
        Add('A', document.Title, MostInTitle);
        Add('B', document.Brand ?? "", MostInBrand);
        Add('C', string.Join(" , ", document.Categories.Select(category => category.Name)), MostInCategories);
        Add('D', string.Join(" , ", document.Attributes.Select(pair => $"{pair.Key} , {pair.Value}")), MostInAttributes);
        Vocabulary = _head.Select(word => word.Token).ToHashSet();
        string[] tail = [.. Word.ToIndex(document.Description, MostInDescription), .. Word.ToIndex(document.Sku, 1)];
        Tokens = Vocabulary.Concat(tail).ToHashSet();
        Hash = unchecked((long)StableHash.Of(string.Join('\n', _head.Select(word => word.Token))));
    }

    /// <summary>Every word.</summary>
    public IReadOnlySet<string> Tokens { get; }

    /// <summary>The words that misspelt ones may be mended to. Not those of descriptions, which have slips of their own.</summary>
    public IReadOnlySet<string> Vocabulary { get; }

    /// <summary>Moves when the vocabulary moves.</summary>
    public long Hash { get; }

    /// <summary>As a <c>tsvector</c> with places and weights: title, brand, categories, attributes.</summary>
    public string Head(Lexemes lexemes)
    {
        var places = new Dictionary<string, List<string>>();
        for (var i = 0; i < _head.Count; i++)
        {
            var (token, weight) = _head[i];
            var lexeme = lexemes.Of(token);
            if (!places.TryGetValue(lexeme, out var found)) places[lexeme] = found = [];
            found.Add(string.Create(CultureInfo.InvariantCulture, $"{i + 1}{weight}"));
        }

        var text = new StringBuilder();
        foreach (var (lexeme, found) in places)
            text.AppendQuoted(lexeme).Append(':').AppendJoin(',', found).Append(' ');
        return text.ToString();
    }

    /// <summary>As a <c>tsvector</c> without places: every word, and the marks that it is filtered by.</summary>
    public string Words(Lexemes lexemes, int tier)
    {
        var all = Tokens.Select(lexemes.Of).ToHashSet();
        all.Add(Marks.Tier(tier));
        all.UnionWith(Marks.Price(_document.Price));
        if (_document.Brand is { } brand) all.Add(Marks.Brand(brand));
        if (_document.InStock) all.Add(Marks.InStock);
        foreach (var category in _document.Categories) all.Add(Marks.Category(category.Id));
        var text = new StringBuilder();
        foreach (var lexeme in all) text.AppendQuoted(lexeme).Append(' ');
        return text.ToString();
    }

    private void Add(char weight, string text, int most) =>
        _head.AddRange(Word.ToIndex(text, most).Select(token => (token, weight)));
}
