using Npgsql;
using Shop.Messaging.Hosting;
using Shop.Words;

namespace Shop.Workers.Search;

/// <summary>
/// The index in PostgreSQL: two tables that are alike. A view shows the one that serves, and a rebuild fills the other and
/// turns the view over.
/// </summary>
internal sealed class PostgresIndex(
    Database<SearchDbContext> database, CatalogueReader catalogue, TimeProvider time) : ISearchIndex
{
    private const int SwapTries = 100;

    /// <summary>Between two tries to swap, so that the searches that queued behind the first all get through.</summary>
    private static readonly TimeSpan BetweenSwaps = TimeSpan.FromMilliseconds(300);

    private readonly Lexemes _lexemes = new();

    public Task Open(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task Put(IReadOnlyList<SearchDocument> documents, CancellationToken cancellationToken)
    {
        if (documents.Count == 0) return;
        await using var connection = await database.Source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var state = await IndexState.Read(connection, cancellationToken);
        var texts = await Analyse(connection, documents, cancellationToken);
        var tiers = await Tiers.Read(connection, cancellationToken);
        var live = new IndexTable(connection, state.Live, IndexTable.LiveWords);
        var (created, reworded) = await live.Put(texts, tiers, _lexemes, cancellationToken);
        if (state.Shadow is { } shadow)
            await new IndexTable(connection, shadow, IndexTable.ShadowWords).Put(texts, tiers, _lexemes, cancellationToken);
        state = await state.Add(connection, created, reworded > 0, cancellationToken);
        if (state.HasOutgrownItsTiers)
            await DrawTiers(connection, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    public async Task Remove(IReadOnlyList<string> skus, CancellationToken cancellationToken)
    {
        if (skus.Count == 0) return;
        await using var connection = await database.Source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var state = await IndexState.Read(connection, cancellationToken);
        var removed = await new IndexTable(connection, state.Live, IndexTable.LiveWords).Remove(skus, cancellationToken);
        if (state.Shadow is { } shadow)
            await new IndexTable(connection, shadow, IndexTable.ShadowWords).Remove(skus, cancellationToken);
        await state.Add(connection, -removed, removed > 0, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<IndexEntry>> List(string after, int most, CancellationToken cancellationToken)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancellationToken);
        var state = await IndexState.Read(connection, cancellationToken);
        await using var command = new NpgsqlCommand(
            $"select sku, fingerprint from search.{state.Live} where sku > $1 order by sku limit $2", connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = after });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = most });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var entries = new List<IndexEntry>();
        while (await reader.ReadAsync(cancellationToken))
            entries.Add(new IndexEntry(reader.GetString(0), reader.GetInt64(1)));
        return entries;
    }

    public async Task BeginShadow(CancellationToken cancellationToken)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancellationToken);
        var state = await IndexState.Read(connection, cancellationToken);
        await DrawTiers(connection, cancellationToken);
        // It is filled without its large indexes: they are made at once, when all is there.
        await Run(connection,
            $"""
            begin;
            truncate search.{state.Other}, search.word_shadow;
            drop index if exists {string.Join(", ", Indexes(state.Other).Select(index => $"search.{index.Name}"))};
            update search.index_state set shadow = '{state.Other}';
            commit
            """, cancellationToken);
    }

    public async Task FillShadow(IReadOnlyList<SearchDocument> documents, CancellationToken cancellationToken)
    {
        if (documents.Count == 0) return;
        await using var connection = await database.Source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var shadow = (await IndexState.Read(connection, cancellationToken)).NeedShadow();
        var texts = await Analyse(connection, documents, cancellationToken);
        await new IndexTable(connection, shadow, IndexTable.ShadowWords).Put(
            texts, await Tiers.Read(connection, cancellationToken), _lexemes, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    public async Task FinishShadow(CancellationToken cancellationToken)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancellationToken);
        var shadow = (await IndexState.Read(connection, cancellationToken)).NeedShadow();
        await Run(connection, "set maintenance_work_mem = '256MB'", cancellationToken);
        foreach (var (name, definition) in Indexes(shadow))
            await Run(connection, $"create index concurrently {name} on search.{shadow} {definition}", cancellationToken);
        await Run(connection, $"vacuum (analyze) search.{shadow}", cancellationToken);
    }

    public async Task SwapShadow(CancellationToken cancellationToken)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancellationToken);
        var state = await IndexState.Read(connection, cancellationToken);
        var shadow = state.NeedShadow();
        // What takes long comes first, while everyone reads on. The words of the shadow fit the old index too, since both
        // have the same products: if the swap does not follow, no harm is done.
        await Run(connection,
            """
            begin;
            delete from search.word w where not exists (select from search.word_shadow s where s.word = w.word);
            insert into search.word as w (word, lexeme, documents) select word, lexeme, documents from search.word_shadow
            on conflict (word) do update set documents = excluded.documents where w.documents <> excluded.documents;
            commit
            """, cancellationToken);
        await using var count = new NpgsqlCommand($"select count(*) from search.{shadow}", connection);
        count.CommandTimeout = 0;
        await Show(connection, shadow, (long)(await count.ExecuteScalarAsync(cancellationToken))!, cancellationToken);
        await Run(connection, $"truncate search.{state.Live}, search.word_shadow", cancellationToken);
    }

    public async Task DropShadow(CancellationToken cancellationToken)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancellationToken);
        var state = await IndexState.Read(connection, cancellationToken);
        if (state.Shadow is null) return;
        await Run(connection,
            $"""
            begin;
            update search.index_state set shadow = null;
            truncate search.{state.Shadow}, search.word_shadow;
            commit
            """, cancellationToken);
    }

    /// <summary>
    /// Turns the view over. That has to wait until no search is running that began before, and those that begin meanwhile
    /// wait behind it: so it gives up soon, lets them pass, and tries again.
    /// </summary>
    private async Task Show(
        NpgsqlConnection connection, string table, long documents, CancellationToken cancellationToken)
    {
        for (var i = 1; ; i++)
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            try
            {
                await Run(connection,
                    $"""
                    set local lock_timeout = '100ms';
                    create or replace view search.document_view as
                    select sku, title, brand, category_id, price_amount, rating, popularity, created_at, standing, tier, head, words
                    from search.{table};
                    update search.index_state set live = '{table}', shadow = null, documents = {documents}, text_stamp = text_stamp + 1
                    """, cancellationToken);
                await transaction.CommitAsync(cancellationToken);
                return;
            }
            catch (PostgresException busy) when (busy.SqlState == PostgresErrorCodes.LockNotAvailable && i < SwapTries)
            {
                await transaction.RollbackAsync(cancellationToken);
            }

            await Task.Delay(BetweenSwaps, time, cancellationToken);
        }
    }

    /// <summary>Those of a table that are made when it is full.</summary>
    private static IEnumerable<(string Name, string Definition)> Indexes(string table) =>
    [
        ($"ix_{table}_standing", "(standing desc)"),
        .. Enumerable.Range(0, Marks.Tiers).Select(tier => (
            $"ix_{table}_words_{tier}", $"using gin (words) with (fastupdate = off) where tier = {tier}")),
    ];

    private async Task DrawTiers(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var (tiers, products) = await Tiers.Draw(catalogue.ReadPopularities(cancellationToken), cancellationToken);
        await tiers.Write(connection, cancellationToken);
        await IndexState.Tiered(connection, products, cancellationToken);
    }

    private async Task<IReadOnlyList<AnalysedDocument>> Analyse(
        NpgsqlConnection connection, IReadOnlyList<SearchDocument> documents, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(documents.Count, IndexLimits.Batch);
        var texts = documents.Select(document => new AnalysedDocument(document, new DocumentText(document))).ToList();
        var tokens = new HashSet<string>();
        foreach (var (_, text) in texts) tokens.UnionWith(text.Tokens);
        await _lexemes.Learn(connection, tokens, cancellationToken);
        return texts;
    }

    private static async Task Run(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        // A rebuild of millions takes its time; whoever waits for it can cancel.
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}

internal sealed record AnalysedDocument(SearchDocument Document, DocumentText Text);
