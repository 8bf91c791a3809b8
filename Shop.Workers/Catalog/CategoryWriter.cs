using System.Runtime.CompilerServices;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Shop.Contracts.Catalog;

namespace Shop.Workers.Catalog;

/// <summary>A node to be put. One that is only known from another's path does not replace what is there.</summary>
internal sealed record PutCategory(Category Category, bool Replaces);

/// <summary>How many nodes were created or changed, and the ids of those that were there and changed.</summary>
internal sealed record WrittenCategories(int Count, IReadOnlyList<string> Replaced);

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
        select id, false as replaced from created union all select id, true from replaced
        """;

    /// <summary>
    /// Puts nodes, parents before their children. The paths are taken as they are given: a node that moves or is renamed
    /// must bring all that are below it.
    /// </summary>
    public static async Task<WrittenCategories> Put(
        NpgsqlConnection connection, IReadOnlyList<PutCategory> categories, CancellationToken cancellationToken)
    {
        var count = 0;
        var replaced = new List<string>();
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
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            for (; await reader.ReadAsync(cancellationToken); count++)
                if (reader.GetBoolean(1)) replaced.Add(reader.GetString(0));
        }
        return new WrittenCategories(count, replaced);
    }

    /// <summary>What is for sale in these nodes themselves, in parts that fit into an event.</summary>
    public static async IAsyncEnumerable<IReadOnlyList<ProductVersion>> ProductsOf(
        NpgsqlConnection connection, IReadOnlyList<string> categories,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select sku, version from catalog.product where active and category_id = any($1)", connection);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. categories] });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var part = new List<ProductVersion>();
        while (await reader.ReadAsync(cancellationToken))
        {
            part.Add(new ProductVersion(reader.GetString(0), reader.GetInt64(1)));
            if (part.Count < ProductsChanged.Most) continue;
            yield return part;
            part = [];
        }

        if (part.Count > 0) yield return part;
    }
}
