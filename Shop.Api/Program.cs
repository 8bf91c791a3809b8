using Shop.Api.Accounts;
using Shop.Api.Cart;
using Shop.Api.Catalog;
using Shop.Api.Checkout;
using Shop.Api.Http;
using Shop.Api.Ops;
using Shop.Api.Orders;
using Shop.Api.Payments;
using Shop.Api.Requests;
using Shop.Messaging;
using Shop.Messaging.Hosting;

var builder = ShopHost.CreateBuilder(args);

builder.AddHttp();
builder.AddAccounts();
builder.AddReads();
builder.AddRedis();
builder.AddCatalog();
builder.AddCart();
builder.AddCheckout();
builder.AddOrders();
builder.AddPayments();

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
app.MapCart();
app.MapCheckout();
app.MapOrders();
app.MapPayments();
app.MapOps();

return await app.Run(args, new Dictionary<string, Func<string[], Task<int>>>
{
    [AccountCommand.Verb] = rest => AccountCommand.Run(app.Services, rest),
    [TokenCommand.Verb] = rest => TokenCommand.Run(app.Services, rest),
});
