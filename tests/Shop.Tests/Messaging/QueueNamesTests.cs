using Shop.Contracts;
using Shop.Contracts.Inventory;
using Shop.Messaging;
using Xunit;

namespace Shop.Tests.Messaging;

public sealed class QueueNamesTests
{
    [Fact]
    public void A_command_goes_to_the_queue_of_its_context_and_name() =>
        Assert.Equal("inventory.reserve-stock", QueueNames.OfCommand(typeof(ReserveStock)));

    [Fact]
    public void A_command_that_names_a_queue_goes_there() =>
        Assert.Equal("elsewhere", QueueNames.OfCommand(typeof(GoElsewhere)));

    [Fact]
    public void A_consumer_listens_on_the_queue_of_its_deed() =>
        Assert.Equal("fulfillment.open-fulfillment", QueueNames.OfConsumer("fulfillment", typeof(OpenFulfillmentConsumer)));

    [Fact]
    public void A_consumer_may_do_without_the_suffix() =>
        Assert.Equal("fulfillment.listener", QueueNames.OfConsumer("fulfillment", typeof(Listener)));

    [Fact]
    public void A_commands_address_names_no_host() =>
        Assert.Equal(new Uri("exchange:inventory.reserve-stock"), QueueNames.AddressOf(typeof(ReserveStock)));

    [SentTo("elsewhere")]
    private sealed record GoElsewhere : ICommand;

    private sealed class OpenFulfillmentConsumer;

    private sealed class Listener;
}
