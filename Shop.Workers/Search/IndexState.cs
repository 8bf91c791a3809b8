using Npgsql;
using Shop.Words;

namespace Shop.Workers.Search;

/// <summary>Which of the two tables serves, and whether the other is being filled.</summary>
internal sealed record IndexState(string Live, string? Shadow, long Documents, long TieredDocuments)
{
    private const string One = "document_a";
    private const string TheOther = "document_b";

    /// <summary>The one that does not serve.</summary>
    public string Other => Live == One ? TheOther : One;

    /// <summary>While a shadow is filled, its tiers stay as they are.</summary>
    public bool HasOutgrownItsTiers => Shadow is null && Documents >= Marks.FirstTier && Documents >= 2 * TieredDocuments;

    public string NeedShadow() => Shadow ?? throw new InvalidOperationException("There is no shadow index.");

    public static async Task<IndexState> Read(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select live, shadow, documents, tiered from search.index_state", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new IndexState(
            reader.GetString(0), await reader.IsDBNullAsync(1, cancellationToken) ? null : reader.GetString(1),
            reader.GetInt64(2), reader.GetInt64(3));
    }

    /// <summary>Notes that documents came or went.</summary>
    public async Task<IndexState> Add(
        NpgsqlConnection connection, long documents, bool isReworded, CancellationToken cancellationToken)
    {
        if (documents == 0 && !isReworded) return this;
        await using var command = new NpgsqlCommand(
            "update search.index_state set documents = documents + $1, text_stamp = text_stamp + $2", connection);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = documents });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = isReworded ? 1 : 0 });
        await command.ExecuteNonQueryAsync(cancellationToken);
        return this with { Documents = Documents + documents };
    }

    /// <summary>Notes that the tiers fit so many documents.</summary>
    public static async Task Tiered(NpgsqlConnection connection, long documents, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("update search.index_state set tiered = $1", connection);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = documents });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
