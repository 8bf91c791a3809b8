using Shop.Api.Accounts;
using Shop.Api.Admin;
using Shop.Api.Cart;
using Shop.Api.Catalog;
using Shop.Api.Checkout;
using Shop.Api.Http;
using Shop.Api.OpenApi;
using Shop.Api.Ops;
using Shop.Api.Orders;
using Shop.Api.Parcels;
using Shop.Api.Payments;
using Shop.Api.Recommendations;
using Shop.Api.Requests;
using Shop.Api.Returns;
using Shop.Api.Reviews;
using Shop.Api.Sales;
using Shop.Api.Search;
using Shop.Api.Webhooks;
using Shop.Messaging;
using Shop.Messaging.Hosting;

var builder = ShopHost.CreateBuilder(args);

builder.AddHttp();
builder.AddDocuments();
builder.AddAccounts();
builder.AddReads();
builder.AddRedis();
builder.AddCatalog();
builder.AddCategories();
builder.AddSearch();
builder.AddCart();
builder.AddCheckout();
builder.AddSales();
builder.AddOrders();
builder.AddReturns();
builder.AddPayments();
builder.AddParcels();
builder.AddCarriers();
builder.AddReviews();
builder.AddRecommendations();
builder.AddWebhooks();
builder.AddAdmin();
builder.AddAudit();

ShopBus.Add(builder, bus =>
{
    bus.WorksWithoutBroker();
    bus.Requests();
    bus.Catalog();
});

var app = builder.Build();

app.UseHttp();
app.MapDocuments();
app.MapAccounts();
app.MapCatalog();
app.MapCategories();
app.MapSearch();
app.MapCart();
app.MapCheckout();
app.MapSales();
app.MapOrders();
app.MapReturns();
app.MapPayments();
app.MapParcels();
app.MapCarriers();
app.MapReviews();
app.MapRecommendations();
app.MapWebhooks();
app.MapOps();
app.MapAudit();
app.MapAdmin();

return await app.Run(args, new Dictionary<string, Func<string[], Task<int>>>
{
    [AccountCommand.Verb] = rest => AccountCommand.Run(app.Services, rest),
    [TokenCommand.Verb] = rest => TokenCommand.Run(app.Services, rest),
});
