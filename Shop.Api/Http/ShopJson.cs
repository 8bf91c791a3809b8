using System.Text.Json;
using System.Text.Json.Serialization;
using Shop.Api.Cart;
using Shop.Api.Catalog;
using Shop.Api.Checkout;
using Shop.Api.Ops;
using Shop.Api.Orders;
using Shop.Api.Requests;
using Shop.Contracts;
using Shop.Contracts.Orders;

namespace Shop.Api.Http;

/// <summary>JSON as clients see it: camelCase, and strict about what they send.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    NumberHandling = JsonNumberHandling.Strict,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(ProductView))]
[JsonSerializable(typeof(IReadOnlyList<CategoryStep>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
[JsonSerializable(typeof(CartView))]
[JsonSerializable(typeof(CartItemRequest))]
[JsonSerializable(typeof(QuantityRequest))]
[JsonSerializable(typeof(CheckoutRequest))]
[JsonSerializable(typeof(CheckoutAccepted))]
[JsonSerializable(typeof(AcceptedOrder))]
[JsonSerializable(typeof(OrderView))]
[JsonSerializable(typeof(IReadOnlyList<OrderLine>))]
[JsonSerializable(typeof(IReadOnlyList<OrderStep>))]
[JsonSerializable(typeof(OrderFailureView))]
[JsonSerializable(typeof(Address))]
[JsonSerializable(typeof(IReadOnlyList<DeadLetterGroup>))]
internal sealed partial class ShopJson : JsonSerializerContext
{
    /// <summary>The same for what the framework reads and writes.</summary>
    public static void Apply(JsonSerializerOptions options)
    {
        options.NumberHandling = JsonNumberHandling.Strict;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.AllowDuplicateProperties = false;
        options.RespectRequiredConstructorParameters = true;
        options.MaxDepth = 16;
        options.TypeInfoResolverChain.Insert(0, Default);
    }
}
