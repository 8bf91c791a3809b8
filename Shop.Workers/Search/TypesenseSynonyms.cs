using Microsoft.Extensions.Options;
using Npgsql;
using Shop.Messaging.Hosting;
using Shop.Typesense;

namespace Shop.Workers.Search;

/// <summary>Reads the table <c>search.synonym</c>.</summary>
internal delegate Task<IReadOnlyList<SynonymItem>> ReadSynonyms(CancellationToken cancellationToken);

/// <summary>The synonyms of the shop as a set in Typesense, which every collection names.</summary>
internal sealed class TypesenseSynonyms(ReadSynonyms read, TypesenseClient client, IOptions<TypesenseOptions> options)
{
    private const int Most = 10_000;

    public string Name { get; } = options.Value.NamePrefix + "product_words";

    /// <summary>Sends them if Typesense has others, or none.</summary>
    public async Task Push(CancellationToken cancellationToken)
    {
        var wanted = await read(cancellationToken);
        if (Said(wanted) != Said(await There(cancellationToken)))
            await client.UpsertSynonymSet(Name, wanted, cancellationToken);
    }

    public static async Task<IReadOnlyList<SynonymItem>> Read(
        Database<SearchDbContext> database, CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand(
            "select id, terms from search.synonym order by id limit $1");
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Most });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var items = new List<SynonymItem>();
        while (await reader.ReadAsync(cancellationToken))
            items.Add(new SynonymItem
            {
                Id = $"{reader.GetInt32(0)}",
                Synonyms = reader.GetFieldValue<string[]>(1),
            });
        return items;
    }

    private async Task<IReadOnlyList<SynonymItem>?> There(CancellationToken cancellationToken)
    {
        try
        {
            return (await client.RetrieveSynonymSet(Name, cancellationToken)).Items;
        }
        catch (TypesenseApiNotFoundException)
        {
            return null;
        }
    }

    private static string? Said(IReadOnlyList<SynonymItem>? items) => items is null ? null : string.Join('\n', items
        .Select(item => $"{item.Id}\t{string.Join('\t', item.Synonyms)}")
        .Order(StringComparer.Ordinal));
}
