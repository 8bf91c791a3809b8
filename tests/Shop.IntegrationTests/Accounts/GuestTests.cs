using System.Security.Cryptography;
using Microsoft.AspNetCore.WebUtilities;
using Shop.IntegrationTests.Checkout;
using Xunit;

namespace Shop.IntegrationTests.Accounts;

[Collection(StorefrontCollection.Name)]
public sealed class When_a_guest_has_a_session(ShopProcesses shop) : ShopTest(shop)
{
    [Fact]
    public async Task Scripts_cannot_read_it_and_other_sites_cannot_use_it()
    {
        using var guest = new Client(Shop.Api);

        await Fill(guest);

        var attributes = guest.SetCookie!.Split("; ").Skip(1).Select(part => part.ToLowerInvariant()).Order(StringComparer.Ordinal);
        Assert.Equal(["httponly", "max-age=604800", "path=/", "samesite=lax"], attributes);
    }

    [Fact]
    public async Task Off_loopback_it_travels_over_TLS_alone()
    {
        using var guest = new Client(Shop.Api).With("Host", "shop.example");

        await Fill(guest);

        Assert.Contains("; secure", guest.SetCookie, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task It_can_neither_be_changed_nor_made_up()
    {
        using var guest = new Client(Shop.Api);
        await Fill(guest);
        var value = guest.Session!["shop_session=".Length..];
        var bytes = WebEncoders.Base64UrlDecode(value);
        var forged = Enumerable.Range(0, bytes.Length)
            .Select(at => bytes.Select((one, i) => (byte)(i == at ? one ^ 1 : one)).ToArray())
            .Append(bytes[..^1]).Append([.. bytes, 0]).Append(RandomNumberGenerator.GetBytes(bytes.Length))
            .Select(WebEncoders.Base64UrlEncode)
            .Concat(["", "x", "=", "%00", new string('A', 600), value + value]);

        foreach (var other in forged)
        {
            guest.Session = $"shop_session={other}";
            Assert.Empty((await guest.Get("/cart")).Json.GetProperty("lines").EnumerateArray());
        }

        guest.Session = $"shop_session={value}";
        Assert.Single((await guest.Get("/cart")).Json.GetProperty("lines").EnumerateArray());
    }

    [Fact]
    public async Task One_that_was_tampered_with_is_replaced_when_something_is_written()
    {
        using var guest = new Client(Shop.Api) { Session = "shop_session=forged" };

        await Fill(guest);

        Assert.NotEqual("shop_session=forged", guest.Session);
        Assert.Single((await guest.Get("/cart")).Json.GetProperty("lines").EnumerateArray());
    }

    [Fact]
    public async Task It_outlives_a_restart()
    {
        using var guest = new Client(Shop.Api);
        await Fill(guest);

        await Shop.RestartApi();

        using var later = new Client(Shop.Api) { Session = guest.Session };
        Assert.Single((await later.Get("/cart")).Json.GetProperty("lines").EnumerateArray());
    }

    [Fact]
    public async Task Another_instance_knows_it()
    {
        using var guest = new Client(await Shop.ApiWith());
        await Fill(guest);

        using var elsewhere = new Client(Shop.Api) { Session = guest.Session };

        Assert.Single((await elsewhere.Get("/cart")).Json.GetProperty("lines").EnumerateArray());
        Assert.Null(elsewhere.SetCookie);
    }

    [Fact]
    public async Task Reading_begins_none()
    {
        using var guest = new Client(Shop.Api);

        await guest.Get("/cart");

        Assert.Null(guest.SetCookie);
    }

    private async Task Fill(Client guest) => Assert.Equal(
        200, (await guest.Post("/cart/items", new { sku = await Shop.Goods.Offer(stock: 1), quantity = 1 })).Status);
}
