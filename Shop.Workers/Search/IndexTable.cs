using Npgsql;
using NpgsqlTypes;

namespace Shop.Workers.Search;

/// <summary>One of the two tables, with the words that its documents have.</summary>
internal sealed class IndexTable(NpgsqlConnection connection, string table, string words)
{
    public const string LiveWords = "word";
    public const string ShadowWords = "word_shadow";

    private const string Columns =
        """
        sku, title, brand, category_id, price_amount, rating, popularity, created_at, standing, tier, version, fingerprint,
        text_hash, head, words
        """;

    /// <summary>Returns how many documents are new, and of how many the vocabulary is.</summary>
    public async Task<(int Created, int Reworded)> Put(
        IReadOnlyList<AnalysedDocument> documents, Tiers tiers, Lexemes lexemes, CancellationToken cancellationToken)
    {
        var before = await TextHashes(documents, cancellationToken);
        var reworded = documents
            .Where(document => before.GetValueOrDefault(document.Document.Sku) != document.Text.Hash).ToList();
        await PutCategories(documents, cancellationToken);
        await PutWords(reworded, lexemes, cancellationToken);
        await using var command = new NpgsqlCommand(
            $"""
            insert into search.{table} as d ({Columns})
            select sku, title, brand, category_id, price_amount, rating, popularity, created_at, standing, tier, version,
                fingerprint, text_hash, head::tsvector, words::tsvector
            from unnest(@sku, @title, @brand, @category_id, @price_amount, @rating, @popularity, @created_at, @standing,
                @tier, @version, @fingerprint, @text_hash, @head, @words) as w ({Columns})
            order by sku
            on conflict (sku) do update set title = excluded.title, brand = excluded.brand,
                category_id = excluded.category_id, price_amount = excluded.price_amount, rating = excluded.rating,
                popularity = excluded.popularity, created_at = excluded.created_at, standing = excluded.standing,
                tier = excluded.tier, version = excluded.version, fingerprint = excluded.fingerprint,
                text_hash = excluded.text_hash, head = excluded.head, words = excluded.words
            where d.version <= excluded.version and d.fingerprint <> excluded.fingerprint
            """, connection);
        AddParameters(command.Parameters, documents, tiers, lexemes);
        await command.ExecuteNonQueryAsync(cancellationToken);
        return (documents.Count(document => !before.ContainsKey(document.Document.Sku)), reworded.Count);
    }

    public async Task<int> Remove(IReadOnlyList<string> skus, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"delete from search.{table} where sku = any($1)", connection);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. skus] });
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task<Dictionary<string, long>> TextHashes(
        IReadOnlyList<AnalysedDocument> documents, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"select sku, text_hash from search.{table} where sku = any((select $1)::text[])", connection);
        command.Parameters.Add(new NpgsqlParameter<string[]>
        {
            TypedValue = [.. documents.Select(document => document.Document.Sku)],
        });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var hashes = new Dictionary<string, long>();
        while (await reader.ReadAsync(cancellationToken)) hashes[reader.GetString(0)] = reader.GetInt64(1);
        return hashes;
    }

    private async Task PutCategories(IReadOnlyList<AnalysedDocument> documents, CancellationToken cancellationToken)
    {
        var nodes = documents
            .SelectMany(document => document.Document.Categories.Select((node, depth) =>
                (node.Id, node.Name, Path: document.Document.Categories.Take(depth + 1).Select(step => step.Id))))
            .DistinctBy(node => node.Id).ToList();
        await using var command = new NpgsqlCommand(
            """
            insert into search.category as c (id, name, path)
            select id, name, string_to_array(path, '/') from unnest($1, $2, $3) as w (id, name, path) order by id
            on conflict (id) do update set name = excluded.name, path = excluded.path
            where (c.name, c.path) <> (excluded.name, excluded.path)
            """, connection);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. nodes.Select(node => node.Id)] });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. nodes.Select(node => node.Name)] });
        command.Parameters.Add(new NpgsqlParameter<string[]>
        {
            TypedValue = [.. nodes.Select(node => string.Join('/', node.Path))],
        });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>
    /// Counts words of new documents, and of those whose words changed. What they had before is not taken back: the counts
    /// only tell common words from rare ones, and a rebuild makes them exact.
    /// </summary>
    private async Task PutWords(
        List<AnalysedDocument> documents, Lexemes lexemes, CancellationToken cancellationToken)
    {
        var counts = documents.SelectMany(document => document.Text.Vocabulary).CountBy(token => token).ToList();
        if (counts.Count == 0) return;
        await using var command = new NpgsqlCommand(
            $"""
            insert into search.{words} as w (word, lexeme, documents)
            select * from unnest($1, $2, $3) order by 1
            on conflict (word) do update set documents = w.documents + excluded.documents
            """, connection);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. counts.Select(count => count.Key)] });
        command.Parameters.Add(new NpgsqlParameter<string[]>
        {
            TypedValue = [.. counts.Select(count => lexemes.Of(count.Key))],
        });
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. counts.Select(count => (long)count.Value)] });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static void AddParameters(
        NpgsqlParameterCollection parameters, IReadOnlyList<AnalysedDocument> documents, Tiers tiers, Lexemes lexemes)
    {
        void Add<T>(string name, NpgsqlDbType type, Func<SearchDocument, T> value) =>
            parameters.Add(new NpgsqlParameter<T[]>(name, NpgsqlDbType.Array | type)
            {
                TypedValue = [.. documents.Select(document => value(document.Document))],
            });

        Add("sku", NpgsqlDbType.Text, document => document.Sku);
        Add("title", NpgsqlDbType.Text, document => document.Title);
        Add("brand", NpgsqlDbType.Text, document => document.Brand);
        Add("category_id", NpgsqlDbType.Text, document => document.Categories[^1].Id);
        Add("price_amount", NpgsqlDbType.Bigint, document => document.Price);
        Add("rating", NpgsqlDbType.Double, document => document.Rating);
        Add("popularity", NpgsqlDbType.Bigint, document => document.Popularity);
        Add("created_at", NpgsqlDbType.TimestampTz, document => document.CreatedAt);
        Add("standing", NpgsqlDbType.Double, Tiers.StandingOf);
        Add("tier", NpgsqlDbType.Smallint, document => (short)tiers.Of(Tiers.StandingOf(document)));
        Add("version", NpgsqlDbType.Bigint, document => document.Version);
        Add("fingerprint", NpgsqlDbType.Bigint, Fingerprint.Of);
        parameters.Add(new NpgsqlParameter<long[]>("text_hash", [.. documents.Select(document => document.Text.Hash)]));
        parameters.Add(new NpgsqlParameter<string[]>("head", [.. documents.Select(document => document.Text.Head(lexemes))]));
        parameters.Add(new NpgsqlParameter<string[]>("words",
        [
            .. documents.Select(document =>
                document.Text.Words(lexemes, tiers.Of(Tiers.StandingOf(document.Document)))),
        ]));
    }
}
