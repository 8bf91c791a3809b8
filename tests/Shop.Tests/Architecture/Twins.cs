// Code that breaks each rule of the house once, to see that the rule notices.
#pragma warning disable CA1711, CA1052
using MassTransit;
using Shop.Contracts;

namespace Shop.Tests.Architecture.Twins.Contracts.Inventory
{
    internal sealed record TakeStock : ICommand;

    internal sealed record StockTaken : IEvent
    {
        public int Quantity { get; set; }
    }
}

namespace Shop.Tests.Architecture.Twins.Contracts.Recommendations
{
    internal sealed record RecommendationsRanked : IEvent;
}

namespace Shop.Tests.Architecture.Twins.Sagas
{
    internal sealed class WaitsForRecommendations
    {
        public Contracts.Recommendations.RecommendationsRanked? Ranked { get; init; }
    }
}

namespace Shop.Tests.Architecture.Twins.Messaging
{
    internal sealed class KnowsAMessage
    {
        public Contracts.Inventory.StockTaken? Message { get; init; }
    }
}

namespace Shop.Tests.Architecture.Twins.Workers.Inventory
{
    internal sealed class Shelf;

    internal sealed class TakeStockConsumer : IConsumer<Contracts.Inventory.TakeStock>
    {
        public Task Consume(ConsumeContext<Contracts.Inventory.TakeStock> context) => Task.CompletedTask;
    }

    internal sealed class TakeStockAgainConsumer : IConsumer<Contracts.Inventory.TakeStock>
    {
        public Task Consume(ConsumeContext<Contracts.Inventory.TakeStock> context) => Task.CompletedTask;
    }
}

namespace Shop.Tests.Architecture.Twins.Workers.Payments
{
    public sealed class ReachesAcross
    {
        internal Inventory.Shelf? Shelf { get; init; }

        public static DateTimeOffset Now => DateTimeOffset.UtcNow;
    }
}
