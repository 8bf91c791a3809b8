using Shop.Contracts.Orders;
using Shop.Messaging;

namespace Shop.Sagas.Returns;

internal static class ReturnsModule
{
    public static void AddReturns(this IHostApplicationBuilder builder) =>
        builder.Services.AddOptions<ReturnOptions>().BindConfiguration("Returns").ValidateDataAnnotations().ValidateOnStart();

    public static void Returns(this ShopBus bus) => bus.Context<ReturnsDbContext>("Returns", returns =>
        returns.Saga<ReturnStateMachine, Return>(Queues.Returns));
}
