using System.Text.Json.Serialization;

namespace Shop.Typesense;

internal sealed record ApiMessage(string Message);

internal sealed record Health(bool Ok);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AliasList))]
[JsonSerializable(typeof(AliasTarget))]
[JsonSerializable(typeof(ApiMessage))]
[JsonSerializable(typeof(Collection))]
[JsonSerializable(typeof(CollectionSchema))]
[JsonSerializable(typeof(CollectionUpdate))]
[JsonSerializable(typeof(DeletedDocuments))]
[JsonSerializable(typeof(DeletedKey))]
[JsonSerializable(typeof(Health))]
[JsonSerializable(typeof(ImportResult))]
[JsonSerializable(typeof(IReadOnlyList<Collection>))]
[JsonSerializable(typeof(IReadOnlyList<SynonymSet>))]
[JsonSerializable(typeof(KeyList))]
[JsonSerializable(typeof(KeySchema))]
[JsonSerializable(typeof(MultiSearchBody))]
[JsonSerializable(typeof(SearchParameters))]
[JsonSerializable(typeof(SynonymSetBody))]
[JsonSerializable(typeof(SynonymSetName))]
internal sealed partial class TypesenseJson : JsonSerializerContext;
