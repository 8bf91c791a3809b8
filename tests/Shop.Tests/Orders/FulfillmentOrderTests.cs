using Shop.Workers.Fulfillment;
using Xunit;

namespace Shop.Tests.Orders;

public sealed class FulfillmentOrderTests
{
    [Fact]
    public void One_that_waits_is_called_off_once()
    {
        var order = new FulfillmentOrder();

        Assert.True(order.CallOff());
        Assert.False(order.CallOff());
        Assert.True(order.Cancelled);
    }

    [Fact]
    public void One_that_a_carrier_has_is_not_called_off()
    {
        var order = new FulfillmentOrder { HandedOver = true };

        Assert.False(order.CallOff());
        Assert.False(order.Cancelled);
    }
}
