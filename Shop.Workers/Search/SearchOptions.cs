using System.ComponentModel.DataAnnotations;

namespace Shop.Workers.Search;

/// <summary>The section <c>Search</c> of the configuration.</summary>
internal sealed class SearchOptions
{
    public const string Postgres = "postgres";
    public const string Typesense = "typesense";

    /// <summary>Which engine is filled; Shop.Api must ask the same one.</summary>
    [AllowedValues(Postgres, Typesense)]
    public string Engine { get; init; } = Postgres;
}
