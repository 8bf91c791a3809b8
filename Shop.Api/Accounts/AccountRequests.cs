using System.ComponentModel.DataAnnotations;
using Shop.Api.Http;

namespace Shop.Api.Accounts;

/// <summary>What a client sends to register or to log in. Printed, it tells no secret.</summary>
internal sealed record Credentials
{
    [Required]
    [Length(3, Text.LongestEmail)]
    public string? Email { get; init; }

    [Required]
    [MaxLength(Account.LongestPassword)]
    public string? Password { get; init; }

    public override string ToString() => nameof(Credentials);
}

internal sealed record RefreshRequest
{
    [Required]
    [Length(1, AccountEndpoints.LongestToken)]
    public string? RefreshToken { get; init; }

    public override string ToString() => nameof(RefreshRequest);
}
