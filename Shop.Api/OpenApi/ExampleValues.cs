using Microsoft.AspNetCore.Authentication.BearerToken;
using Shop.Api.Accounts;
using Shop.Api.Cart;
using Shop.Api.Catalog;
using Shop.Api.Checkout;
using Shop.Api.Ops;
using Shop.Api.Orders;
using Shop.Contracts;
using Shop.Contracts.Orders;

namespace Shop.Api.OpenApi;

/// <summary>One life of one product, cart and order, as the document shows it.</summary>
internal static class ExampleValues
{
    public const string TraceId = "0af7651916cd43dd8448eb211c80319c";

    private const string Sku = "KETTLE-17";
    private const string Title = "Gooseneck Kettle, 1 l";

    private static readonly Guid OrderId = Guid.Parse("0192f3a4-5b6c-7d8e-9f00-112233445566");
    private static readonly DateTime At = new(2026, 1, 31, 9, 30, 0, DateTimeKind.Utc);
    private static readonly Money UnitPrice = new(4_999, "USD");
    private static readonly Money Total = new(2 * 4_999 + 599, "USD");
    private static readonly Address Address =
        new("Ada Example", "1 Sample Street", null, "Springfield", "IL", "62701", "US");

    private static readonly Dictionary<Type, object> Values = All().ToDictionary(pair => pair.Type, pair => pair.Value);

    public static object? Of(Type type) => Values.GetValueOrDefault(type);

    private static IEnumerable<(Type Type, object Value)> All()
    {
        yield return (typeof(Credentials), new Credentials { Email = "ada@example.org", Password = "correct horse battery" });
        yield return (typeof(RefreshRequest), new RefreshRequest { RefreshToken = "CfDJ8…" });
        yield return (typeof(AccessTokenResponse), new AccessTokenResponse
        {
            AccessToken = "CfDJ8…",
            RefreshToken = "CfDJ8…",
            ExpiresIn = 3_600,
        });
        foreach (var pair in OfBrowsing()) yield return pair;
        foreach (var pair in OfBuying()) yield return pair;
        yield return (typeof(IReadOnlyList<DeadLetterGroup>), new[]
        {
            new DeadLetterGroup("System.TimeoutException", "payments.authorize-payment", 1,
                [new DeadLetterView(OrderId, OrderId, "Shop.Contracts.Payments.AuthorizePayment", "No answer within 10 s.", At)]),
        });
    }

    private static IEnumerable<(Type Type, object Value)> OfBrowsing()
    {
        yield return (typeof(ProductView), new ProductView
        {
            Sku = Sku,
            Title = Title,
            Description = "Pours slowly, and just where you want.",
            Brand = "Example",
            CategoryId = "kettles",
            CategoryPath = [new CategoryStep("kitchen", "Kitchen"), new CategoryStep("kettles", "Kettles")],
            Price = UnitPrice,
            Images = ["https://images.example.org/kettle-17.jpg"],
            Attributes = new Dictionary<string, string> { ["Colour"] = "Steel" },
            Rating = new RatingView(4.5, 12),
            Availability = Contracts.Inventory.Availability.InStock,
            SellerId = null,
            Version = 3,
        });
    }

    private static IEnumerable<(Type Type, object Value)> OfBuying()
    {
        yield return (typeof(CartItemRequest), new CartItemRequest { Sku = Sku, Quantity = 2 });
        yield return (typeof(QuantityRequest), new QuantityRequest { Quantity = 2 });
        yield return (typeof(CheckoutRequest), new CheckoutRequest
        {
            Email = "ada@example.org",
            ShippingAddress = new AddressRequest
            {
                Name = Address.Name, Line1 = Address.Line1, City = Address.City, Region = Address.Region,
                PostalCode = Address.PostalCode, Country = Address.Country,
            },
            ShippingMethod = "STANDARD",
            PaymentMethod = "pm_card_visa",
            ExpectedTotal = new MoneyRequest { Amount = Total.Amount, Currency = Total.Currency },
        });
        yield return (typeof(CheckoutAccepted), new CheckoutAccepted(
            OrderId, OrderStatus.Received, Total, $"/orders/{OrderId}", $"/orders/{OrderId}/events"));
        yield return (typeof(OrderView), new OrderView
        {
            Id = OrderId,
            Status = OrderStatus.Confirmed,
            Total = Total,
            Lines = [new OrderLineView(Sku, Title, 2, UnitPrice, new Money(2 * UnitPrice.Amount, UnitPrice.Currency))],
            ShippingAddress = Address,
            Payment = new OrderPaymentView("AUTHORIZED"),
            CreatedAt = At,
            History =
            [
                new OrderStep(1, OrderStatus.Received, At),
                new OrderStep(2, OrderStatus.PendingPayment, At.AddMilliseconds(120)),
                new OrderStep(3, OrderStatus.Confirmed, At.AddMilliseconds(480)),
            ],
        });
    }
}
