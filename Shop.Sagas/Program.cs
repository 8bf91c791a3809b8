using Shop.Messaging;
using Shop.Messaging.Hosting;
using Shop.Sagas.Checkout;
using Shop.Sagas.Returns;

var builder = ShopHost.CreateBuilder(args);

builder.AddCheckout();
builder.AddReturns();

ShopBus.Add(builder, bus =>
{
    bus.Checkout();
    bus.Returns();
});

return await builder.Build().Run(args);
