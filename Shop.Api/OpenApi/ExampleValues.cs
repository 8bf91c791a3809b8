using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Shop.Api.Accounts;
using Shop.Api.Admin;
using Shop.Api.Cart;
using Shop.Api.Catalog;
using Shop.Api.Checkout;
using Shop.Api.Http;
using Shop.Api.Ops;
using Shop.Api.Orders;
using Shop.Api.Parcels;
using Shop.Api.Recommendations;
using Shop.Api.Returns;
using Shop.Api.Reviews;
using Shop.Api.Sales;
using Shop.Api.Search;
using Shop.Api.Webhooks;
using Shop.Contracts;
using Shop.Contracts.Fulfillment;
using Shop.Contracts.Inventory;
using Shop.Contracts.Orders;
using Shop.Contracts.Returns;
using Shop.Contracts.Webhooks;

namespace Shop.Api.OpenApi;

/// <summary>One life of one product, cart and order, as the document shows it.</summary>
internal static class ExampleValues
{
    private const string TraceId = "0af7651916cd43dd8448eb211c80319c";

    private const string Sku = "KETTLE-17";
    private const string Title = "Gooseneck Kettle, 1 l";

    private static readonly Guid OrderId = Guid.Parse("0192f3a4-5b6c-7d8e-9f00-112233445566");
    private static readonly Guid ReturnId = Guid.Parse("0192f3a4-5b6c-7d8e-9f00-778899aabbcc");
    private static readonly DateTime At = new(2026, 1, 31, 9, 30, 0, DateTimeKind.Utc);
    private static readonly Money UnitPrice = new(4_999, "USD");
    private static readonly Money Total = new(2 * 4_999 + 599, "USD");
    private static readonly Address Address =
        new("Ada Example", "1 Sample Street", null, "Springfield", "IL", "62701", "US");

    private static readonly Guid ParcelId = Guid.Parse("4bf92f35-77b3-8da6-a3ce-929d0e0e4736");
    private static readonly ShipmentView Shipment =
        new("own-fleet", "095212340000000013", ParcelStatus.Labelled, "WH-7", [new StockLine(Sku, 2)]);

    private static readonly AddressRequest ShipTo = new()
    {
        Name = Address.Name, Line1 = Address.Line1, City = Address.City, Region = Address.Region,
        PostalCode = Address.PostalCode, Country = Address.Country,
    };

    private static readonly ProductCard Card = new()
    {
        Sku = Sku,
        Title = Title,
        Brand = "Example",
        CategoryId = "kettles",
        Price = UnitPrice,
        Image = "https://images.example.org/kettle-17.jpg",
        Rating = new RatingView(4.5, 12),
        Availability = Contracts.Inventory.Availability.InStock,
    };

    private static readonly Dictionary<Type, object> Values = All().ToDictionary(pair => pair.Type, pair => pair.Value);

    /// <summary>A refusal, with the members that its kind adds.</summary>
    public static Problem Of(ProblemKind kind, bool hasBody) => (kind.Status == 400 && kind.Code == Problems.Validation.Code
        ? hasBody
            ? Problems.Invalid("body", "It must be a JSON object of the documented shape.")
            : Problems.Invalid("query", $"It may have {Limits.QueryCharacters} characters.")
        : kind.Code switch
        {
            "price-changed" => kind.With(new Problem
            {
                Detail = "Send the new total to accept it.",
                Lines = [new PriceChange(Sku, 2, UnitPrice with { Amount = UnitPrice.Amount - 500 }, UnitPrice)],
                Total = Total,
            }),
            "not-admitted" => SaleProblems.NotAdmitted(Sku),
            "purchase-limit" => kind.With(new Problem { Detail = "Nothing was ordered. You may have one more of it.", Skus = [Sku] }),
            "product-unavailable" => kind.With(new Problem { Detail = "It is not for sale now.", Skus = [Sku] }),
            "cart-empty" => kind.Because("There is nothing in it to order."),
            "idempotency-key-missing" => kind.Because("Send one for each checkout that is meant, and again with a repeat."),
            "idempotency-key-in-flight" => kind.Because("Repeat it when that one has been answered."),
            "idempotency-key-reused" => kind.Because("It belongs to a checkout with another payload. Use a new one."),
            "webhook-limit" => kind.Because("You have 10. Remove one first."),
            "not-cancellable" => kind.Because($"It is {OrderStatus.Shipped}."),
            "not-returnable" => kind.Because($"It is {OrderStatus.Shipped}."),
            "not-shippable" => kind.Because($"It is {ParcelStatus.Cancelled}."),
            "rate-limited" => Problems.RateLimited(7),
            "overloaded" => kind.Because("Try again in a moment; nothing is half done."),
            _ => Problems.OfStatus(kind.Status),
        }).Problem with { TraceId = TraceId };

    public static object? Of(Type type) => Values.GetValueOrDefault(type);

    private static IEnumerable<(Type Type, object Value)> All()
    {
        yield return (typeof(Credentials), new Credentials { Email = "ada@example.org", Password = "correct horse battery" });
        yield return (typeof(RefreshRequest), new RefreshRequest { RefreshToken = "CfDJ8…" });
        yield return (typeof(AccessTokenResponse), new AccessTokenResponse
        {
            AccessToken = "CfDJ8…",
            RefreshToken = "CfDJ8…",
            ExpiresIn = (long)Callers.AccessFor.TotalSeconds,
        });
        yield return (typeof(object), new JsonObject { ["id"] = "evt_1", ["type"] = "payment_intent.canceled" });
        foreach (var pair in OfAdministration()) yield return pair;
        foreach (var pair in OfBrowsing()) yield return pair;
        foreach (var pair in OfBuying()) yield return pair;
        yield return (typeof(AuditView), new AuditView(true,
        [
            new InvariantView
            {
                Id = "I1",
                Title = "Stock is within its bounds, and what its ledger adds up to",
                Holds = true,
                Checked = 12_480,
                Violations = 0,
                Details = [],
                EvaluatedAt = At,
            },
        ]));
        yield return (typeof(Page<EscalationView>), new Page<EscalationView>(
            [new EscalationView("payments", "REFUND_MISSING", OrderId, "refund 0192f3a4 of 4999", At, OrderId)], null));
        yield return (typeof(DismissalRequest), new DismissalRequest { Reason = "Refunded by hand; the customer agreed." });
        foreach (var pair in OfWebhooks()) yield return pair;
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
        yield return (typeof(ProductList), new ProductList([Card], "cHJvZHVjdHM"));
        yield return (typeof(RecommendationsView), new RecommendationsView([Card]));
        yield return (typeof(CategoryForest), new CategoryForest(
            [new CategoryNode("kitchen", "Kitchen", 40, [new CategoryNode("kettles", "Kettles", 7, [])])]));
        yield return (typeof(CategoryView), new CategoryView(
            "kitchen", "Kitchen", 40, [new CategoryStep("kitchen", "Kitchen")], [new CategoryChild("kettles", "Kettles", 7)]));
        yield return (typeof(SearchView), new SearchView
        {
            Items = [Card],
            Total = 1,
            TotalIsExact = true,
            Facets = new SearchFacets(
                [new BrandCount("Example", 1)], [new CategoryCount("kettles", "Kettles", 1)], [new PriceCount(2_500, 5_000, 1)]),
            Next = null,
        });
        yield return (typeof(SuggestionsView), new SuggestionsView([new Suggestion("gooseneck kettle", Sku)]));
        yield return (typeof(ReviewRequest), new ReviewRequest { Rating = 5, Title = "Pours well", Body = "No drop beside the cup." });
        yield return (typeof(ReviewPage), new ReviewPage(
            [new ReviewView("Ada", 5, "Pours well", "No drop beside the cup.", true, At)], null, RatingSummary.Of([0, 0, 1, 4, 7])));
    }

    private static IEnumerable<(Type Type, object Value)> OfAdministration()
    {
        yield return (typeof(ProductRequest), new ProductRequest
        {
            Title = Title,
            Description = "Pours slowly, and just where you want.",
            Brand = "Example",
            CategoryId = "kettles",
            Price = new MoneyRequest { Amount = UnitPrice.Amount, Currency = UnitPrice.Currency },
            Images = ["https://images.example.org/kettle-17.jpg"],
            Attributes = new Dictionary<string, string?> { ["Colour"] = "Steel" },
            Active = true,
        });
        yield return (typeof(Page<ParcelView>), new Page<ParcelView>(
            [
                new ParcelView
                {
                    Id = ParcelId,
                    OrderId = OrderId,
                    Warehouse = "WH-7",
                    Status = ParcelStatus.Labelled,
                    Carrier = Shipment.Carrier,
                    TrackingNumber = Shipment.TrackingNumber,
                    Lines = Shipment.Lines,
                    Amount = Total,
                    Leaving = false,
                    CreatedAt = At.AddSeconds(1),
                    StatusSince = At.AddSeconds(4),
                },
            ], "cGFyY2Vscw"));
        yield return (typeof(UnshippableRequest), new UnshippableRequest { Reason = "The shelf is empty." });
        yield return (typeof(string), "^XA^FO90,680^BY3^BCN,260,Y,N,N,D^FD(00)195212340000000012^FS^XZ");
        yield return (typeof(CarrierNews), new CarrierNews
        {
            Id = "evt-1", TrackingNumber = Shipment.TrackingNumber, Status = ParcelStatus.InTransit, At = At.AddHours(5),
        });
        yield return (typeof(StockReceiptRequest), new StockReceiptRequest
        {
            Sku = Sku, Warehouse = "WH-7", Quantity = 100, Reference = "delivery 4711",
        });
        yield return (typeof(SaleRequest), new SaleRequest
        {
            StartsAt = At, EndsAt = At.AddHours(2), PerPersonLimit = 2, Quantity = 100,
        });
        yield return (typeof(QueueView), new QueueView
        {
            Sku = Sku,
            State = QueueState.Waiting,
            Ticket = Guid.Parse("5b0e3c1f-9a7d-4e62-8f41-2c6d0a9b7e35"),
            Position = 214,
            EstimatedWaitSeconds = 45,
            StartsAt = At,
            EndsAt = At.AddHours(2),
            PerPersonLimit = 2,
            Commitment = "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925",
            Seed = "0000000000000000000000000000000000000000000000000000000000000000",
            PollAfterMs = 1_000,
        });
        yield return (typeof(WarehouseRequest), new WarehouseRequest
        {
            Name = "Springfield", Address = ShipTo, Latitude = 39.8, Longitude = -89.6,
        });
    }

    private static IEnumerable<(Type Type, object Value)> OfBuying()
    {
        yield return (typeof(CartItemRequest), new CartItemRequest { Sku = Sku, Quantity = 2 });
        yield return (typeof(QuantityRequest), new QuantityRequest { Quantity = 2 });
        yield return (typeof(CheckoutRequest), new CheckoutRequest
        {
            Email = "ada@example.org",
            ShippingAddress = ShipTo,
            ShippingMethod = "STANDARD",
            PaymentMethod = "pm_card_visa",
            ExpectedTotal = new MoneyRequest { Amount = Total.Amount, Currency = Total.Currency },
        });
        yield return (typeof(CheckoutAccepted), new CheckoutAccepted(
            OrderId, OrderStatus.Received, Total, $"/orders/{OrderId}", $"/orders/{OrderId}/events"));
        yield return (typeof(CartView), new CartView(
            [
                new CartLineView
                {
                    Sku = Sku,
                    Title = Title,
                    Quantity = 2,
                    UnitPrice = UnitPrice,
                    CurrentPrice = UnitPrice,
                    LineTotal = new Money(2 * UnitPrice.Amount, UnitPrice.Currency),
                    Availability = Contracts.Inventory.Availability.InStock,
                },
            ],
            new Money(2 * UnitPrice.Amount, UnitPrice.Currency), false,
            [new ShippingEstimate("STANDARD", new Money(599, "USD")), new ShippingEstimate("EXPRESS", new Money(1_499, "USD"))]));
        yield return (typeof(OrderCancelling), new OrderCancelling(
            OrderId, OrderStatus.Confirmed, $"/orders/{OrderId}", $"/orders/{OrderId}/events"));
        yield return (typeof(ReturnRequest), new ReturnRequest
        {
            Lines = [new ReturnLineRequest { Sku = Sku, Quantity = 1, Reason = "It leaks." }],
        });
        yield return (typeof(ReturnReceiptRequest), new ReturnReceiptRequest
        {
            Warehouse = "WH-7",
            Lines = [new ReturnReceiptLineRequest { Sku = Sku, Quantity = 1, Condition = ReturnCondition.Damaged }],
        });
        yield return (typeof(ReturnAccepted), new ReturnAccepted(
            ReturnId, OrderId, ReturnStatus.Requested, ReturnReads.UrlOf(OrderId, ReturnId),
            new ReturnLabelView(ReturnReads.UrlOf(OrderId, ReturnId) + "/label", null, null)));
        yield return (typeof(ReturnDetail), new ReturnDetail
        {
            Id = ReturnId,
            OrderId = OrderId,
            Status = ReturnStatus.LabelSent,
            Lines = [new ReturnLine(Sku, 1, "It leaks.")],
            Refund = ReturnRefundView.Of(ReturnStatus.LabelSent, null),
            Label = new ReturnLabelView(ReturnReads.UrlOf(OrderId, ReturnId) + "/label", "FLEET", "RR473124829US"),
            CreatedAt = At,
            History = [new OrderStep(1, ReturnStatus.Requested, At), new OrderStep(2, ReturnStatus.LabelSent, At)],
        });
        yield return (typeof(OrderView), Order);
        yield return (typeof(Page<OrderView>), new Page<OrderView>([Order], null));
    }

    private static IEnumerable<(Type Type, object Value)> OfWebhooks()
    {
        const string url = "https://hooks.example.org/shop";
        const string description = "My ledger";
        var id = Guid.Parse("0192f3a4-5b6c-7d8e-9f00-665544332211");
        yield return (typeof(WebhookRequest), new WebhookRequest { Url = url, Description = description });
        yield return (typeof(WebhookRegistered), new WebhookRegistered(
            id, url, description, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", $"/webhooks/{id}"));
        var webhook = new WebhookDetail
        {
            Id = id,
            Url = url,
            Description = description,
            Status = WebhookStatus.Active,
            CreatedAt = At,
            Deliveries =
            [
                new WebhookDeliveryView(
                    "msg_0192f3a45b6c7d8e9f00aabbccddeeff", OrderId, "order.confirmed", 1,
                    WebhookDeliveryStatus.Delivered, 1, 204, null, At, null, At.AddSeconds(1)),
            ],
        };
        yield return (typeof(WebhookDetail), webhook);
        yield return (typeof(Page<WebhookView>), new Page<WebhookView>(
            [new WebhookView { Id = id, Url = url, Description = description, Status = WebhookStatus.Active, CreatedAt = At }],
            null));
    }

    private static OrderView Order => new()
    {
        Id = OrderId,
        Status = OrderStatus.Confirmed,
        Total = Total,
        Lines = [new OrderLineView(Sku, Title, 2, UnitPrice, new Money(2 * UnitPrice.Amount, UnitPrice.Currency))],
        ShippingAddress = Address,
        Payment = new OrderPaymentView("AUTHORIZED"),
        Shipments = [Shipment],
        CreatedAt = At,
        History =
        [
            new OrderStep(1, OrderStatus.Received, At),
            new OrderStep(2, OrderStatus.PendingPayment, At.AddMilliseconds(120)),
            new OrderStep(3, OrderStatus.Confirmed, At.AddMilliseconds(480)),
        ],
    };
}
