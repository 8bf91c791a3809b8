using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Npgsql;

namespace Shop.Messaging.GroupCommit;

/// <summary>
/// Writes many rows of one table with one statement, <c>unnest</c> of one array a column. Made from the EF Core model,
/// which stays the one definition of the table. Rows are sorted by key, so that two groups take their locks in one order.
/// </summary>
internal sealed class SetStatements
{
    private static readonly ConcurrentDictionary<IEntityType, SetStatements> Cache = new();

    private readonly IProperty _key;
    private readonly Column[] _inserted;
    private readonly Column[] _stored;
    private readonly Column[] _identity;
    private readonly string _insert;
    private readonly string _insertOnce;
    private readonly string? _update;
    private readonly string? _delete;

    private SetStatements(IEntityType type)
    {
        var table = StoreObjectIdentifier.Create(type, StoreObjectType.Table)
            ?? throw new InvalidOperationException($"{type.DisplayName()} has no table.");
        var name = $"\"{table.Schema}\".\"{table.Name}\"";
        _key = type.FindPrimaryKey()!.Properties[0];
        var token = type.GetProperties().SingleOrDefault(property => property.IsConcurrencyToken);

        _stored = [.. type.GetProperties().Select(property => new Column(property, table))];
        _inserted = [.. _stored.Where(column => column.Property.ValueGenerated == ValueGenerated.Never)];
        _insert = $"insert into {name} ({List(_inserted)}) select * from unnest({Arrays(_inserted, 1)})";
        _insertOnce = _insert + " on conflict do nothing";

        _identity = [.. _stored.Where(column => column.Property.IsPrimaryKey() || column.Property == token)];
        if (token is null) return;
        var match = string.Join(" and ", _identity.Select(column => $"t.{column.Name} = u.{column.Name}"));
        var changes = string.Join(", ", _stored
            .Where(column => !column.Property.IsPrimaryKey()
                && column.Property.GetAfterSaveBehavior() != PropertySaveBehavior.Ignore)
            .Select(column => column.Property == token
                ? $"{column.Name} = t.{column.Name} + 1"
                : $"{column.Name} = u.{column.Name}"));
        _update = Asserted($"update {name} t set {changes} " +
            $"from unnest({Arrays(_stored, 2)}) as u({List(_stored)}) where {match} returning 1");
        _delete = Asserted($"delete from {name} t " +
            $"using unnest({Arrays(_identity, 2)}) as u({List(_identity)}) where {match} returning 1");
    }

    public static SetStatements Of(DbContext context, Type entity) => Cache.GetOrAdd(
        context.Model.FindEntityType(entity)
            ?? throw new InvalidOperationException($"{entity.Name} is not in the model of {context.GetType().Name}."),
        static type => new SetStatements(type));

    /// <summary>Appends what writes all these sets, a statement a table and deed.</summary>
    public static void AppendTo(NpgsqlBatch batch, DbContext context, IEnumerable<RowSet> sets)
    {
        var all = sets as IReadOnlyCollection<RowSet> ?? [.. sets];
        foreach (var group in all.SelectMany(set => set.Inserts).GroupBy(entity => entity.GetType()))
            Of(context, group.Key).AppendInsert(batch, [.. group], once: false);
        foreach (var group in all.SelectMany(set => set.Onces).GroupBy(entity => entity.GetType()))
            Of(context, group.Key).AppendInsert(batch, [.. group], once: true);
        foreach (var group in all.SelectMany(set => set.Updates).GroupBy(entity => entity.GetType()))
            Of(context, group.Key).AppendChange(batch, [.. group], delete: false);
        foreach (var group in all.SelectMany(set => set.Deletes).GroupBy(entity => entity.GetType()))
            Of(context, group.Key).AppendChange(batch, [.. group], delete: true);
    }

    private void AppendInsert(NpgsqlBatch batch, object[] rows, bool once)
    {
        Sort(rows);
        var command = new NpgsqlBatchCommand(once ? _insertOnce : _insert);
        foreach (var column in _inserted) command.Parameters.Add(column.ArrayOf(rows));
        batch.BatchCommands.Add(command);
    }

    private void AppendChange(NpgsqlBatch batch, object[] rows, bool delete)
    {
        Sort(rows);
        var text = (delete ? _delete : _update)
            ?? throw new InvalidOperationException($"{rows[0].GetType().Name} has no concurrency token.");
        var command = new NpgsqlBatchCommand(text);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = rows.Length });
        foreach (var column in delete ? _identity : _stored) command.Parameters.Add(column.ArrayOf(rows));
        batch.BatchCommands.Add(command);
    }

    private void Sort(object[] rows) =>
        Array.Sort(rows, (a, b) => Comparer<object>.Default.Compare(_key.GetGetter().GetClrValue(a), _key.GetGetter().GetClrValue(b)));

    /// <summary>A count that differs from $1 divides by zero (SQLSTATE 22012), which aborts the whole batch.</summary>
    private static string Asserted(string change) =>
        $"with changed as ({change}) select 1 / (case when (select count(*) from changed) = $1 then 1 else 0 end)";

    private static string List(IEnumerable<Column> columns) => string.Join(", ", columns.Select(column => column.Name));

    private static string Arrays(IEnumerable<Column> columns, int from) =>
        string.Join(", ", columns.Select((column, index) => $"${from + index}::{column.StoreType}[]"));

    private sealed class Column
    {
        private readonly Func<object, object?> _read;
        private readonly Type _element;

        public Column(IProperty property, StoreObjectIdentifier table)
        {
            Property = property;
            Name = $"\"{property.GetColumnName(table)}\"";
            // Without facets: a cast to varchar(64)[] would cut a longer value silently, an assignment fails.
            StoreType = property.GetRelationalTypeMapping().StoreTypeNameBase;
            var getter = property.GetGetter();
            var converter = property.GetTypeMapping().Converter;
            _read = converter is null
                ? getter.GetClrValue
                : entity => getter.GetClrValue(entity) is { } value ? converter.ConvertToProvider(value) : null;
            var type = Nullable.GetUnderlyingType(converter?.ProviderClrType ?? property.ClrType)
                ?? converter?.ProviderClrType ?? property.ClrType;
            _element = property.IsNullable && type.IsValueType ? typeof(Nullable<>).MakeGenericType(type) : type;
        }

        public IProperty Property { get; }
        public string Name { get; }
        public string StoreType { get; }

        public NpgsqlParameter ArrayOf(object[] rows)
        {
            var values = Array.CreateInstance(_element, rows.Length);
            for (var i = 0; i < rows.Length; i++) values.SetValue(_read(rows[i]), i);
            return new NpgsqlParameter { Value = values, DataTypeName = StoreType + "[]" };
        }
    }
}
