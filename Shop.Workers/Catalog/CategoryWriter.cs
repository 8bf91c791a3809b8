using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace Shop.Workers.Catalog;

/// <summary>A node to be put. One that is only known from another's path does not replace what is there.</summary>
internal sealed record PutCategory(Category Category, bool Replaces);

internal static class CategoryWriter
{
    public const int MaxBatch = 1_000;

    // The rows are locked in the order of their ids: those who list products lock the same rows in the same order.
    private const string Statement =
        """
        with wanted as (
            select * from unnest(@id, @name, @parent_id, @path, @replaces) as w (id, name, parent_id, path, replaces)
        ), created as (
            insert into catalog.category (id, name, parent_id, path)
            select id, name, parent_id, path from wanted order by id
            on conflict (id) do nothing
            returning id
        ), locked as (
            select c.id from catalog.category c join wanted w on w.id = c.id and w.replaces
                and (c.name, c.parent_id, c.path) is distinct from (w.name, w.parent_id, w.path)
            order by c.id for no key update of c
        ), replaced as (
            update catalog.category c set name = w.name, parent_id = w.parent_id, path = w.path
            from wanted w join locked l using (id)
            where c.id = w.id
            returning c.id
        )
        select (select count(*) from created) + (select count(*) from replaced)
        """;

    /// <summary>
    /// Puts nodes, parents before their children. Returns how many of them were created or changed. The paths are
    /// taken as they are given: a node that moves must bring all that are below it.
    /// </summary>
    public static async Task<int> Put(
        NpgsqlConnection connection, IReadOnlyList<PutCategory> categories, CancellationToken cancellationToken)
    {
        var changed = 0L;
        foreach (var batch in categories.Chunk(MaxBatch))
        {
            await using var command = new NpgsqlCommand(Statement, connection);
            void Add<T>(string name, NpgsqlDbType type, Func<PutCategory, T> value) =>
                command.Parameters.Add(new NpgsqlParameter<T[]>(name, NpgsqlDbType.Array | type)
                {
                    TypedValue = [.. batch.Select(value)],
                });

            Add("id", NpgsqlDbType.Text, put => put.Category.Id);
            Add("name", NpgsqlDbType.Text, put => put.Category.Name);
            Add("parent_id", NpgsqlDbType.Text, put => put.Category.ParentId);
            Add("path", NpgsqlDbType.Jsonb, put => JsonSerializer.Serialize(
                put.Category.Path, JsonSerializerOptions.Web));
            Add("replaces", NpgsqlDbType.Boolean, put => put.Replaces);
            changed += (long)(await command.ExecuteScalarAsync(cancellationToken))!;
        }
        return (int)changed;
    }
}
