using System.Text.Json;
using Shop.Api.Parcels;
using Shop.Contracts.Fulfillment;
using Shop.IntegrationTests.Catalog;
using Shop.IntegrationTests.Checkout;
using Xunit;

namespace Shop.IntegrationTests.Fulfillment;

/// <summary>The people of a warehouse and the drivers of its fleet, over HTTP.</summary>
internal sealed class Dispatch(ShopProcesses shop)
{
    public Operator Ops { get; } = new(shop);

    /// <summary>The order's parcels, once so many have a label.</summary>
    public async Task<IReadOnlyList<JsonElement>> Labelled(Guid orderId, int parcels = 1) => await Waiting.For(
        $"{parcels} parcels of {orderId} are labelled",
        async () => (await Ops.Get("/admin/parcels?status=LABELLED&limit=100")).Json.GetProperty("items").EnumerateArray()
            .Where(parcel => parcel.GetProperty("orderId").GetGuid() == orderId).ToList(),
        labelled => labelled.Count == parcels);

    public async Task HandOver(JsonElement parcel) => Assert.Equal(
        202, (await Ops.Post($"/admin/parcels/{parcel.GetProperty("id").GetGuid()}/hand-over", new { })).Status);

    /// <summary>Brings all of an order to its door.</summary>
    public async Task Deliver(Buyer buyer, Guid orderId, int parcels = 1)
    {
        var labelled = await Labelled(orderId, parcels);
        foreach (var parcel in labelled) await HandOver(parcel);
        await Becomes(buyer, orderId, "SHIPPED");
        foreach (var parcel in labelled)
            Assert.Equal(200, await Tell(parcel.GetProperty("trackingNumber").GetString()!, ParcelStatus.Delivered));
        await Becomes(buyer, orderId, "DELIVERED");
    }

    public static async Task<JsonElement> Becomes(Buyer buyer, Guid orderId, string status) => (await Waiting.For(
        $"order {orderId} is {status}", () => buyer.Get($"/orders/{orderId}"), answer => answer.Text("status") == status)).Json;

    /// <summary>What a driver's device tells of a parcel.</summary>
    /// <returns>The status of the answer.</returns>
    public async Task<int> Tell(
        string number, string status, string secret = ShopProcesses.FleetSecret, int age = 0, string carrier = "own-fleet")
    {
        var now = TimeProvider.System.GetUtcNow();
        var body = JsonSerializer.SerializeToUtf8Bytes(new
        {
            id = $"{number}-{status}", trackingNumber = number, status, at = now, vehicle = "van 3",
        });
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/carriers/{carrier}/webhook")
        {
            Content = new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } },
        };
        request.Headers.TryAddWithoutValidation(
            CarrierWebhook.Signature, CarrierWebhook.Sign(secret, now.ToUnixTimeSeconds() - age, body));
        using var answer = await shop.Http.SendAsync(request, TestContext.Current.CancellationToken);
        return (int)answer.StatusCode;
    }
}
