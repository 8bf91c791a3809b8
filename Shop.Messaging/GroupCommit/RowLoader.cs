using Microsoft.EntityFrameworkCore;

namespace Shop.Messaging.GroupCommit;

/// <summary>Reads the rows that are wanted at the same time, by their keys, with one statement and without locks.</summary>
public sealed class RowLoader<TRow, TContext>
    where TRow : class
    where TContext : DbContext
{
    private readonly IDbContextFactory<TContext> _contexts;
    private readonly Coalescer<Guid, TRow?> _coalescer;

    public RowLoader(IDbContextFactory<TContext> contexts)
    {
        _contexts = contexts;
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
            var keys = first.Keys.ToArray();
            await using var context = await _contexts.CreateDbContextAsync();
            var key = context.Model.FindEntityType(typeof(TRow))!.FindPrimaryKey()!.Properties[0];
            var rows = await context.Set<TRow>().AsNoTracking()
                .Where(row => keys.Contains(EF.Property<Guid>(row, key.Name)))
                .ToListAsync();
            var found = rows.ToDictionary(row => (Guid)key.GetGetter().GetClrValue(row)!);
            foreach (var (id, call) in first) call.Succeed(found.GetValueOrDefault(id));
            round = [.. round.Where(call => first[call.Request] != call)];
        }
    }
}
