using Shop.Messaging.Hosting;
using Shop.Workers.Catalog;
using Shop.Workers.Import;
using Shop.Workers.Inventory;

var builder = ShopHost.CreateBuilder(args);

builder.AddCatalog();
builder.AddInventory();
builder.AddImport();

var app = builder.Build();
return await app.Run(args, new Dictionary<string, Func<string[], Task<int>>>
{
    [ImportCommand.Verb] = arguments => app.Services.GetRequiredService<ImportCommand>().Run(
        arguments, CancellationToken.None),
});
