using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Shop.Api.Accounts;
using Shop.Api.Admin;
using Shop.Api.Cart;
using Shop.Api.Catalog;
using Shop.Api.Checkout;
using Shop.Api.Ops;
using Shop.Api.Orders;
using Shop.Api.Parcels;
using Shop.Api.Recommendations;
using Shop.Api.Requests;
using Shop.Api.Returns;
using Shop.Api.Reviews;
using Shop.Api.Sales;
using Shop.Api.Search;
using Shop.Api.Webhooks;
using Shop.Contracts;
using Shop.Contracts.Inventory;
using Shop.Contracts.Orders;
using Shop.Contracts.Returns;

namespace Shop.Api.Http;

/// <summary>JSON as clients see it, in camelCase.</summary>
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(ProductView))]
[JsonSerializable(typeof(ProductCard))]
[JsonSerializable(typeof(IReadOnlyList<CategoryStep>))]
[JsonSerializable(typeof(ProductList))]
[JsonSerializable(typeof(CategoryForest))]
[JsonSerializable(typeof(CategoryView))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
[JsonSerializable(typeof(Credentials))]
[JsonSerializable(typeof(RefreshRequest))]
[JsonSerializable(typeof(ProductRequest))]
[JsonSerializable(typeof(StockReceiptRequest))]
[JsonSerializable(typeof(WarehouseRequest))]
[JsonSerializable(typeof(SaleRequest))]
[JsonSerializable(typeof(QueueView))]
[JsonSerializable(typeof(CartView))]
[JsonSerializable(typeof(CartItemRequest))]
[JsonSerializable(typeof(QuantityRequest))]
[JsonSerializable(typeof(CheckoutRequest))]
[JsonSerializable(typeof(CheckoutAccepted))]
[JsonSerializable(typeof(AcceptedOrder))]
[JsonSerializable(typeof(OrderView))]
[JsonSerializable(typeof(Page<OrderView>))]
[JsonSerializable(typeof(OrderCancelling))]
[JsonSerializable(typeof(IReadOnlyList<OrderLine>))]
[JsonSerializable(typeof(IReadOnlyList<OrderStep>))]
[JsonSerializable(typeof(OrderFailureView))]
[JsonSerializable(typeof(IReadOnlyList<ReturnView>))]
[JsonSerializable(typeof(ReturnRequest))]
[JsonSerializable(typeof(ReturnReceiptRequest))]
[JsonSerializable(typeof(ReturnAccepted))]
[JsonSerializable(typeof(ReturnDetail))]
[JsonSerializable(typeof(IReadOnlyList<ReturnLine>))]
[JsonSerializable(typeof(IReadOnlyList<ReceivedLine>))]
[JsonSerializable(typeof(Dictionary<string, long>))]
[JsonSerializable(typeof(Address))]
[JsonSerializable(typeof(ReviewRequest))]
[JsonSerializable(typeof(ReviewPage))]
[JsonSerializable(typeof(RecommendationsView))]
[JsonSerializable(typeof(WebhookRequest))]
[JsonSerializable(typeof(WebhookRegistered))]
[JsonSerializable(typeof(WebhookDetail))]
[JsonSerializable(typeof(Page<WebhookView>))]
[JsonSerializable(typeof(SearchView))]
[JsonSerializable(typeof(SuggestionsView))]
[JsonSerializable(typeof(IReadOnlyList<ShipmentView>))]
[JsonSerializable(typeof(IReadOnlyList<StockLine>))]
[JsonSerializable(typeof(Page<ParcelView>))]
[JsonSerializable(typeof(UnshippableRequest))]
[JsonSerializable(typeof(CarrierNews))]
[JsonSerializable(typeof(IReadOnlyList<DeadLetterGroup>))]
[JsonSerializable(typeof(AuditView))]
[JsonSerializable(typeof(Page<EscalationView>))]
[JsonSerializable(typeof(DismissalRequest))]
internal sealed partial class ShopJson : JsonSerializerContext
{
    /// <summary>
    /// For what is written by hand, and read from views and tables: a newer process may have stored members that this one
    /// does not know.
    /// </summary>
    public static ShopJson Wire { get; } = new(new JsonSerializerOptions(JsonSerializerDefaults.Web)
    {
        // What is written here is never pasted into HTML: quotes and other scripts stay readable, and short.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    /// <summary>For the framework: what clients send is taken by the letter.</summary>
    public static void BeStrict(JsonSerializerOptions options)
    {
        options.NumberHandling = JsonNumberHandling.Strict;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.AllowDuplicateProperties = false;
        options.RespectRequiredConstructorParameters = true;
        options.MaxDepth = 16;
        options.TypeInfoResolverChain.Insert(0, Default);
    }
}
