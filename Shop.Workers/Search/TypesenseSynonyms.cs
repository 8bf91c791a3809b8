using Microsoft.Extensions.Options;
using Npgsql;
using Shop.Messaging.Hosting;
using Shop.Typesense;

namespace Shop.Workers.Search;

/// <summary>The synonyms of the table <c>search.synonym</c> as a set in Typesense, which every collection names.</summary>
internal sealed class TypesenseSynonyms(
    Database<SearchDbContext> database, TypesenseClient client, IOptions<TypesenseOptions> options)
{
    private const int Most = 10_000;

    public string Name { get; } = options.Value.NamePrefix + "product_words";

    /// <summary>Sends them if Typesense has others, or none.</summary>
    public async Task Push(CancellationToken cancellationToken)
    {
        var wanted = await Read(cancellationToken);
        if (Said(wanted) != Said(await There(cancellationToken)))
            await client.UpsertSynonymSet(Name, wanted, cancellationToken);
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

    private async Task<IReadOnlyList<SynonymItem>> Read(CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand("select id, terms from search.synonym order by id limit $1");
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

    private static string? Said(IReadOnlyList<SynonymItem>? items) => items is null
        ? null
        : string.Join('\n', items.Select(item => $"{item.Id}\t{string.Join('\t', item.Synonyms)}").Order(StringComparer.Ordinal));
}
