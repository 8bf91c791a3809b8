using Shop.Messaging;
using Shop.Messaging.Hosting;
using Shop.Sagas.Checkout;

var builder = ShopHost.CreateBuilder(args);

builder.AddCheckout();

ShopBus.Add(builder, bus =>
{
    bus.Checkout();
});

return await builder.Build().Run(args);
