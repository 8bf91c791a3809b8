using System.ComponentModel.DataAnnotations;

namespace Shop.Api.Search;

/// <summary>The section <c>Search</c> of the configuration.</summary>
internal sealed class SearchOptions
{
    public const string Postgres = "postgres";
    public const string Typesense = "typesense";

    /// <summary>Which engine finds products; Shop.Workers must fill the same one.</summary>
    [AllowedValues(Postgres, Typesense)]
    public string Engine { get; init; } = Postgres;
}
