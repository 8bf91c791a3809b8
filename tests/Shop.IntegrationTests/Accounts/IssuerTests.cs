using Microsoft.IdentityModel.Tokens;
using Shop.IntegrationTests.Checkout;
using Xunit;

namespace Shop.IntegrationTests.Accounts;

[Collection(StorefrontCollection.Name)]
public sealed class When_an_issuer_from_outside_is_configured(ShopProcesses shop) : ShopTest(shop)
{
    private static Issuer? _issuer;

    public static TheoryData<string> Faults => [.. Bad.Keys];

    /// <summary>What is wrong with a token, by what an attacker would try.</summary>
    private static Dictionary<string, Func<Issuer, string>> Bad { get; } = new()
    {
        ["another issuer"] = issuer => issuer.Sign(change: token => token.Issuer = "https://elsewhere.example"),
        ["another audience"] = issuer => issuer.Sign(change: token => token.Audience = "another-shop"),
        ["no audience"] = issuer => issuer.Sign(change: token => token.Audience = null),
        ["ended"] = issuer => issuer.Sign(change: token => token.Expires = token.IssuedAt!.Value.AddSeconds(-50)),
        ["no end"] = issuer => Unsigned(issuer, """{"alg":"RS256"}"""),
        ["not begun"] = issuer => issuer.Sign(change: token => token.NotBefore = token.IssuedAt!.Value.AddMinutes(3)),
        ["no signature"] = issuer => Unsigned(issuer, """{"alg":"none"}"""),
        ["its signature cut off"] = issuer => issuer.Sign()[..(issuer.Sign().LastIndexOf('.') + 1)],
        ["another key under the same name"] = issuer => issuer.Sign(change: token => token.SigningCredentials =
            new SigningCredentials(Named(Issuer.NewKey(), issuer.Key.KeyId), SecurityAlgorithms.RsaSha256)),
        ["a key nobody knows"] = issuer => issuer.Sign(change: token => token.SigningCredentials =
            new SigningCredentials(Issuer.NewKey(), SecurityAlgorithms.RsaSha256)),
        ["the public key as a secret"] = issuer => issuer.Sign(change: token => token.SigningCredentials =
            new SigningCredentials(
                new SymmetricSecurityKey(issuer.PublicKey) { KeyId = issuer.Key.KeyId }, SecurityAlgorithms.HmacSha256)),
        ["no subject"] = issuer => issuer.Sign(subject: null),
        ["an endless subject"] = issuer => issuer.Sign(subject: new string('s', 256)),
        ["control characters for a subject"] = issuer => issuer.Sign(subject: "a\nb"),
        ["the name of the shop's own"] = issuer => issuer.Sign(change: token => token.Issuer = "shop"),
    };

    [Fact]
    public async Task Its_token_is_good_and_its_subject_owns_the_cart()
    {
        var (issuer, api) = await Begin();
        using var one = new Client(api) { Token = issuer.Sign("one") };
        using var same = new Client(api) { Token = issuer.Sign("one") };
        using var other = new Client(api) { Token = issuer.Sign("other") };

        var answer = await one.Post("/cart/items", new { sku = await Shop.Goods.Offer(stock: 1), quantity = 1 });

        Assert.Equal(200, answer.Status);
        Assert.Single((await same.Get("/cart")).Json.GetProperty("lines").EnumerateArray());
        Assert.Empty((await other.Get("/cart")).Json.GetProperty("lines").EnumerateArray());
    }

    [Fact]
    public async Task Its_role_is_translated()
    {
        var (issuer, api) = await Begin();
        using var operating = new Client(api) { Token = issuer.Sign("one", null, ("groups", new[] { "staff", "shop-admins" })) };
        using var buying = new Client(api) { Token = issuer.Sign("one", null, ("groups", "staff")) };
        using var pretending = new Client(api) { Token = issuer.Sign("one", null, ("role", "ops"), ("groups", "ops")) };

        Assert.Equal(200, (await operating.Get("/ops/dead-letters")).Status);
        (await buying.Get("/ops/dead-letters")).Refused(403, "forbidden");
        (await pretending.Get("/ops/dead-letters")).Refused(403, "forbidden");
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_token_is_refused_that_has(string fault)
    {
        var (issuer, api) = await Begin();
        using var client = new Client(api) { Token = Bad[fault](issuer) };

        (await client.Get("/cart")).Refused(401, "unauthorized");
        (await client.Get("/ops/dead-letters")).Refused(401, "unauthorized");
    }

    [Fact]
    public async Task A_key_that_it_changes_to_is_found()
    {
        await using var issuer = await Issuer.Start();
        using var client = new Client(await Trusting(issuer.Address)) { Token = issuer.Sign() };
        Assert.Equal(200, (await client.Get("/cart")).Status);

        issuer.ChangeKey();
        client.Token = issuer.Sign();

        await Waiting.Until(async () => (await client.Get("/cart")).Status == 200);
    }

    [Fact]
    public async Task The_shop_has_no_accounts_of_its_own()
    {
        var (_, api) = await Begin();
        using var own = new Client(Shop.Api);
        await own.BecomeSomeone();
        using var client = new Client(api) { Token = own.Token };

        (await client.Get("/cart")).Refused(401, "unauthorized");
        client.Token = null;
        (await client.LogIn(ShopProcesses.OperatorEmail, ShopProcesses.OperatorPassword)).Refused(404, "not-found");
    }

    [Fact]
    public async Task Its_absence_is_told_apart_from_a_bad_token_and_stops_no_guest()
    {
        await using var issuer = await Issuer.Start();
        var address = issuer.Address;
        await issuer.DisposeAsync();
        using var client = new Client(await Trusting(address)) { Token = (await Begin()).Issuer.Sign() };

        (await client.Get("/cart")).Refused(503, "overloaded");
        client.Token = null;
        Assert.Equal(200, (await client.Get("/cart")).Status);
    }

    private async Task<(Issuer Issuer, HostProcess Api)> Begin()
    {
        var issuer = _issuer ??= await Issuer.Start();
        return (issuer, await Trusting(issuer.Address));
    }

    private Task<HostProcess> Trusting(string authority) => Shop.ApiWith(
        ("Auth__Authority", authority), ("Auth__Audience", Issuer.Audience),
        ("Auth__RoleClaim", "groups"), ("Auth__OpsRole", "shop-admins"));

    private static RsaSecurityKey Named(RsaSecurityKey key, string name)
    {
        key.KeyId = name;
        return key;
    }

    /// <summary>A token by hand: without a signature, and without an end.</summary>
    private static string Unsigned(Issuer issuer, string header) => string.Concat(
        Base64UrlEncoder.Encode(header), ".",
        Base64UrlEncoder.Encode($$"""{"sub":"somebody","iss":"{{issuer.Address}}","aud":"{{Issuer.Audience}}"}"""), ".");
}
