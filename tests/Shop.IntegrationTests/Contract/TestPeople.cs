using System.Net.Http.Headers;
using System.Text;
using Microsoft.IdentityModel.Tokens;
using Shop.Api.Http;

namespace Shop.IntegrationTests.Contract;

/// <summary>Someone who calls: with a bearer token, or as a guest with a session.</summary>
internal sealed record Person(string Name, string? Token, string? Session)
{
    public void Sign(HttpRequestMessage request)
    {
        if (Token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        if (Session is not null) request.Headers.Add("Cookie", Session);
    }
}

/// <summary>One of each kind of caller.</summary>
internal static class TestPeople
{
    public static IReadOnlyList<Person> All { get; } = New();

    /// <summary>People whom nobody has met.</summary>
    public static IReadOnlyList<Person> New() =>
    [
        new("guest", null, null), WithToken("customer", "customer"), WithToken("customer", "other customer"),
        WithToken("seller", "seller"), WithToken("ops", "ops"),
    ];

    private static Person WithToken(string role, string name) => new(name, TokenCommand.Mint(
        new SymmetricSecurityKey(Encoding.UTF8.GetBytes(ShopProcesses.SigningKey)),
        role,
        $"{name.Replace(' ', '-')}-{Guid.NewGuid():N}",
        TimeProvider.System.GetUtcNow().UtcDateTime), null);
}
