using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Shop.Typesense;

namespace Shop.Workers.Search;

/// <summary>
/// <c>Shop.Workers typesense-keys</c>: makes the keys that the hosts use, of the values that they are configured with,
/// with the key that the server was started with. Running it again changes nothing; after a value was changed, it makes
/// the new key and removes the old one.
/// </summary>
internal static class TypesenseKeysCommand
{
    public const string Verb = "typesense-keys";

    public const int Done = 0;
    public const int Failed = 2;

    /// <summary>Typesense takes what is longer for a key that was derived from another.</summary>
    private const int LongestKey = 32;

    private const int ShortestKey = 16;

    public static async Task<int> Run(IServiceProvider services, TextWriter output)
    {
        try
        {
            if (services.GetRequiredService<ISearchIndex>() is not TypesenseIndex)
            {
                output.WriteLine($"There is nothing to make: Search:Engine is not {SearchOptions.Typesense}.");
                return Failed;
            }

            var options = services.GetRequiredService<IOptions<TypesenseOptions>>().Value;
            var keys = services.GetRequiredService<IOptions<TypesenseKeysOptions>>().Value;
            using var client = ActivatorUtilities.CreateInstance<TypesenseClient>(
                services, Options.Create(options.WithKey(keys.AdminKey!)));
            foreach (var key in Wanted(options, keys)) output.WriteLine(await Make(client, key));
            return Done;
        }
        catch (Exception problem) when (problem is TypesenseException or OptionsValidationException)
        {
            output.WriteLine($"The keys could not be made: {problem.Message}");
            return Failed;
        }
    }

    /// <summary>The API may search; the indexer may do whatever belongs to its collections, and nothing with keys.</summary>
    private static KeySchema[] Wanted(TypesenseOptions options, TypesenseKeysOptions keys)
    {
        string[] collections = [$"{options.NamePrefix}products", $"{options.NamePrefix}products_.*"];
        return
        [
            new()
            {
                Description = $"{options.NamePrefix}shop: search",
                Actions = ["documents:search"],
                Collections = collections,
                Value = keys.SearchKey,
            },
            new()
            {
                Description = $"{options.NamePrefix}shop: index",
                Actions = ["collections:*", "documents:*", "aliases:*", "synonym_sets:*"],
                Collections = collections,
                Value = options.ApiKey,
            },
        ];
    }

    private static async Task<string> Make(TypesenseClient client, KeySchema wanted)
    {
        var namesakes = (await client.ListKeys(CancellationToken.None))
            .Where(key => key.Description == wanted.Description)
            .ToList();
        var isNew = await TryCreate(client, wanted);
        if (!isNew && namesakes.Exists(key => IsAsWanted(key, wanted))) return $"{wanted.Description}: is there";
        foreach (var old in namesakes) await client.DeleteKey(old.Id, CancellationToken.None);
        if (!isNew) await client.CreateKey(wanted, CancellationToken.None);
        return $"{wanted.Description}: made";
    }

    /// <returns>Whether there was no key of that value.</returns>
    private static async Task<bool> TryCreate(TypesenseClient client, KeySchema wanted)
    {
        try
        {
            await client.CreateKey(wanted, CancellationToken.None);
            return true;
        }
        catch (TypesenseApiConflictException)
        {
            return false;
        }
    }

    /// <summary>As far as Typesense tells: of a value it shows the beginning only.</summary>
    private static bool IsAsWanted(Key key, KeySchema wanted) =>
        wanted.Value!.StartsWith(key.ValuePrefix ?? "", StringComparison.Ordinal)
        && key.Actions.SequenceEqual(wanted.Actions) && key.Collections.SequenceEqual(wanted.Collections);

    internal static bool IsKey(string? key) => key is { Length: >= ShortestKey and <= LongestKey };
}

/// <summary>What the verb reads of the section <c>Typesense</c> beside <see cref="TypesenseOptions"/>.</summary>
internal sealed class TypesenseKeysOptions : IValidatableObject
{
    /// <summary>The one that the server was started with. A secret that no host needs: it is for this verb alone.</summary>
    [Required]
    public string? AdminKey { get; init; }

    /// <summary>Of Shop.Api. A secret.</summary>
    [Required]
    public string? SearchKey { get; init; }

    /// <summary>Of Shop.Workers, as <see cref="TypesenseOptions.ApiKey"/> has it. A secret.</summary>
    [Required]
    public string? ApiKey { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!TypesenseKeysCommand.IsKey(SearchKey) || !TypesenseKeysCommand.IsKey(ApiKey) || SearchKey == ApiKey)
            yield return new(
                "Typesense:SearchKey and Typesense:ApiKey must be different, of 16 to 32 characters.", [nameof(SearchKey)]);
    }
}
