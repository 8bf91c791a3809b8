using Shop.Messaging;
using Shop.Messaging.Hosting;
using Shop.Workers.Catalog;
using Shop.Workers.Fulfillment;
using Shop.Workers.Import;
using Shop.Workers.Inventory;
using Shop.Workers.Notifications;
using Shop.Workers.Payments;
using Shop.Workers.Recommendations;
using Shop.Workers.Reviews;
using Shop.Workers.Search;
using Shop.Workers.Webhooks;

var builder = ShopHost.CreateBuilder(args);

builder.AddReads();
builder.AddRedis();
builder.AddCatalog();
builder.AddInventory();
builder.AddNotifications();
builder.AddPayments();
builder.AddFulfillment();
builder.AddRecommendations();
builder.AddSearch();
builder.AddWebhooks();

ShopBus.Add(builder, bus =>
{
    bus.Catalog();
    bus.Inventory();
    bus.Payments();
    bus.Fulfillment();
    bus.Notifications();
    bus.Reviews();
    bus.Recommendations();
    bus.Search();
    bus.Webhooks();
});

var app = builder.Build();
return await app.Run(args, new Dictionary<string, Func<string[], Task<int>>>
{
    [ImportCommand.Verb] = paths => ImportCommand.Run(app.Services, paths),
    [ReindexCommand.Verb] = _ => ReindexCommand.Run(app.Services, Console.Out),
    [TypesenseKeysCommand.Verb] = _ => TypesenseKeysCommand.Run(app.Services, Console.Out),
});
