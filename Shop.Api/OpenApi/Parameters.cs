using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Shop.Api.Admin;
using Shop.Api.Catalog;
using Shop.Api.Parcels;
using Shop.Api.Search;

namespace Shop.Api.OpenApi;

/// <summary>What the parameters of addresses and queries mean, and may be: handlers read most of them as text.</summary>
internal static class Parameters
{
    private const int LongestId = 64;
    private const int LongestWarehouse = 32;

    private static readonly Dictionary<string, string> Descriptions = new(StringComparer.Ordinal)
    {
        ["brand"] = "A brand; may be repeated.",
        ["category"] = "The id of a category; everything below it counts.",
        ["carrier"] = "What the carrier's parcels name it by.",
        ["code"] = "The code of a warehouse.",
        ["cursor"] = "Where the page before ended, as its next says.",
        ["format"] = "The kind of file.",
        ["id"] = "The id.",
        ["inStock"] = "Whether only what is in stock counts.",
        ["Last-Event-ID"] = "The id of the last event that was seen; what came after it is sent.",
        ["limit"] = "The most items of a page.",
        ["maxPrice"] = "The highest price, in minor units.",
        ["minPrice"] = "The lowest price, in minor units.",
        ["q"] = "What is searched for.",
        ["returnId"] = "The id of a return.",
        ["sku"] = "The product's SKU.",
        ["sort"] = "The order of the items.",
        ["status"] = "Only what has this status.",
        ["warehouse"] = "Only of the warehouse with this code.",
    };

    /// <summary>Documents a field of the header that is read by hand.</summary>
    public static void TakeHeader(
        this OpenApiOperation operation, string name, string description, bool isRequired = false, int? most = null) =>
        (operation.Parameters ??= []).Add(new OpenApiParameter
        {
            Name = name,
            In = ParameterLocation.Header,
            Required = isRequired,
            Description = description,
            Schema = new OpenApiSchema
            {
                Type = JsonSchemaType.String, MinLength = most is null ? null : 1, MaxLength = most,
            },
        });

    public static void Complete(OpenApiParameter parameter, string path)
    {
        var name = parameter.Name ?? "";
        parameter.Description ??= Descriptions.GetValueOrDefault(name);
        if (path.StartsWith("search", StringComparison.Ordinal)) CompleteOfSearch(parameter, name, path);
        else if (name == "sort") parameter.Schema = OneOf(ListingSort.All.Select(sort => sort.Name));
        if (name is "category" or "id") parameter.Schema = Text(LongestId);
        if (name == "sku") parameter.Schema = Text(LongestId);
        if (name == "status") parameter.Schema = OneOf(ParcelEndpoints.Statuses);
        if (name == "format") parameter.Schema = OneOf([LabelFormat.Pdf, LabelFormat.Zpl]);
        if (name is "carrier" or "warehouse") parameter.Schema = Text(LongestWarehouse);
        if (name == "code") parameter.Schema = Text(LongestWarehouse);
    }

    private static void CompleteOfSearch(OpenApiParameter parameter, string name, string path)
    {
        var suggests = path.EndsWith("suggest", StringComparison.Ordinal);
        switch (name)
        {
            case "q":
                parameter.Schema = Text(SearchRequest.MostText, least: null);
                parameter.Required = suggests;
                break;
            case "brand":
                parameter.Schema = new OpenApiSchema
                {
                    Type = JsonSchemaType.Array,
                    MaxItems = SearchRequest.MostBrands,
                    Items = Text(SearchRequest.MostBrandText),
                };
                break;
            case "minPrice" or "maxPrice":
                parameter.Schema = Number(0, ProductRules.MaxPrice, "int64");
                break;
            case "inStock":
                parameter.Schema = new OpenApiSchema { Type = JsonSchemaType.Boolean, Default = false };
                break;
            case "limit":
                parameter.Schema = Number(1, SearchRequest.MostOnPage, "int32");
                break;
            case "sort":
                parameter.Schema = OneOf(ListingSort.All.Select(sort => sort.Name).Prepend("relevance"));
                break;
        }
    }

    private static OpenApiSchema Text(int longest, int? least = 1) =>
        new() { Type = JsonSchemaType.String, MinLength = least, MaxLength = longest };

    private static OpenApiSchema Number(long least, long most, string format) => new()
    {
        Type = JsonSchemaType.Integer,
        Format = format,
        Minimum = least.ToString(CultureInfo.InvariantCulture),
        Maximum = most.ToString(CultureInfo.InvariantCulture),
    };

    private static OpenApiSchema OneOf(IEnumerable<string> words) =>
        new() { Type = JsonSchemaType.String, Enum = [.. words.Select(word => (JsonNode)JsonValue.Create(word))] };
}
