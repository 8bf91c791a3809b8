using System.ComponentModel.DataAnnotations;

namespace Shop.Api.Returns;

/// <summary>Section <c>Returns</c>.</summary>
internal sealed record ReturnOptions
{
    /// <summary>How long after its delivery an order can be returned, by the database's clock.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "3650.00:00:00")]
    public TimeSpan Window { get; set; } = TimeSpan.FromDays(30);
}
