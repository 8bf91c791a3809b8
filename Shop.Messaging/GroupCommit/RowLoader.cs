using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Shop.Messaging.GroupCommit;

/// <summary>Reads the rows that are wanted at the same time, by their keys, with one statement and without locks.</summary>
public sealed class RowLoader<TRow, TContext>
    where TRow : class
    where TContext : DbContext
{
    private readonly IDbContextFactory<TContext> _contexts;
    private readonly IProperty _key;
    private readonly Func<TContext, Guid[], IAsyncEnumerable<TRow>> _query;
    private readonly Coalescer<Guid, TRow?> _coalescer;

    public RowLoader(IDbContextFactory<TContext> contexts)
    {
        _contexts = contexts;
        using var context = contexts.CreateDbContext();
        _key = context.Model.FindEntityType(typeof(TRow))!.FindPrimaryKey()!.Properties[0];
        var name = _key.Name;
        _query = EF.CompileAsyncQuery((TContext database, Guid[] keys) =>
            database.Set<TRow>().AsNoTracking().Where(row => keys.Contains(EF.Property<Guid>(row, name))));
        _coalescer = new Coalescer<Guid, TRow?>(LoadGroup);
    }

    /// <returns>The row as it is now, an instance of the caller's own; null if there is none.</returns>
    public Task<TRow?> Load(Guid key) => _coalescer.Call(key);

    private async Task LoadGroup(IReadOnlyList<Call<Guid, TRow?>> calls)
    {
        // Two callers of one row must not share an instance: the second is served by the next round.
        for (var round = calls; round.Count > 0;)
        {
            var first = round.DistinctBy(call => call.Request).ToDictionary(call => call.Request);
            var found = new Dictionary<Guid, TRow>(first.Count);
            await using (var context = await _contexts.CreateDbContextAsync())
            {
                await foreach (var row in _query(context, [.. first.Keys]))
                    found.Add((Guid)_key.GetGetter().GetClrValue(row)!, row);
            }

            foreach (var (id, call) in first) call.Succeed(found.GetValueOrDefault(id));
            round = [.. round.Where(call => first[call.Request] != call)];
        }
    }
}
