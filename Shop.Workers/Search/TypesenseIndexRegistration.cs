using Shop.Messaging.Hosting;
using Shop.Typesense;

namespace Shop.Workers.Search;

internal static class TypesenseIndexRegistration
{
    public static void AddTypesenseIndex(this IServiceCollection services)
    {
        services.AddTypesense();
        // Not validated at start: they are for the verb alone.
        services.AddOptions<TypesenseKeysOptions>().BindConfiguration(TypesenseOptions.Section).ValidateDataAnnotations();
        services.AddSingleton<ReadSynonyms>(provider =>
            token => TypesenseSynonyms.Read(provider.GetRequiredService<Database<SearchDbContext>>(), token));
        services.AddSingleton<TypesenseSynonyms>();
        services.AddSingleton<ISearchIndex, TypesenseIndex>();
    }
}
