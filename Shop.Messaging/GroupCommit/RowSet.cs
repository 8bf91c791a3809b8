namespace Shop.Messaging.GroupCommit;

/// <summary>Rows that one message wants written, noted as entities of its context's model.</summary>
public sealed class RowSet
{
    private readonly List<object> _inserts = [];
    private readonly List<object> _onces = [];
    private readonly List<object> _updates = [];
    private readonly List<object> _deletes = [];

    /// <summary>A key that is there already fails this message's commit with SQLSTATE 23505.</summary>
    public void Insert(object entity) => _inserts.Add(entity);

    /// <summary>A key that is there already leaves that row as it is.</summary>
    public void InsertOnce(object entity) => _onces.Add(entity);

    /// <summary>
    /// Writes every column but those that are ignored after they were saved. The entity has a concurrency token: the row must
    /// still carry the value that was read, and carries the next one afterwards.
    /// </summary>
    public void Update(object entity) => _updates.Add(entity);

    /// <summary>As <see cref="Update"/>: only if the row still carries the concurrency token that was read.</summary>
    public void Delete(object entity) => _deletes.Add(entity);

    internal IReadOnlyList<object> Inserts => _inserts;
    internal IReadOnlyList<object> Onces => _onces;
    internal IReadOnlyList<object> Updates => _updates;
    internal IReadOnlyList<object> Deletes => _deletes;

    internal void Clear()
    {
        _inserts.Clear();
        _onces.Clear();
        _updates.Clear();
        _deletes.Clear();
    }
}
