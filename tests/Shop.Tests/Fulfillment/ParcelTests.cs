using Shop.Contracts.Fulfillment;
using Shop.Workers.Fulfillment;
using Xunit;

namespace Shop.Tests.Fulfillment;

public sealed class ParcelTests
{
    [Fact]
    public void In_whatever_order_a_carrier_tells_it_ends_where_the_furthest_says()
    {
        string[] told = [ParcelStatus.HandedOver, ParcelStatus.InTransit, ParcelStatus.InTransit, ParcelStatus.Delivered];
        var random = new Random(5);
        for (var round = 0; round < 50; round++)
        {
            random.Shuffle(told);
            var parcel = new Parcel { Status = ParcelStatus.Labelled };
            var leaves = random.Next(told.Length);
            for (var i = 0; i < told.Length; i++)
            {
                if (i == leaves) parcel.Leave();
                parcel.Hear(told[i]);
            }

            Assert.Equal(ParcelStatus.Delivered, parcel.Status);
        }
    }

    [Fact]
    public void What_a_carrier_tells_before_it_is_paid_for_waits_for_that()
    {
        var parcel = new Parcel { Status = ParcelStatus.Labelled };

        Assert.True(parcel.Hear(ParcelStatus.InTransit));
        Assert.Equal(ParcelStatus.Labelled, parcel.Status);
        parcel.Leave();

        Assert.Equal(ParcelStatus.InTransit, parcel.Status);
    }

    [Theory]
    [InlineData(ParcelStatus.HandedOver)]
    [InlineData(ParcelStatus.InTransit)]
    [InlineData(ParcelStatus.Lost)]
    [InlineData(ParcelStatus.Allocated)]
    [InlineData("SOMEWHERE")]
    public void One_that_has_arrived_stays_so(string told)
    {
        var parcel = new Parcel { Status = ParcelStatus.Labelled };
        parcel.Leave();
        parcel.Hear(ParcelStatus.Delivered);

        Assert.False(parcel.Hear(told));
        Assert.Equal(ParcelStatus.Delivered, parcel.Status);
    }

    [Fact]
    public void One_that_was_lost_may_be_found()
    {
        var parcel = new Parcel { Status = ParcelStatus.Labelled };
        parcel.Leave();

        Assert.True(parcel.Hear(ParcelStatus.Lost));
        Assert.True(parcel.Hear(ParcelStatus.Delivered));
        Assert.Equal(ParcelStatus.Delivered, parcel.Status);
    }
}
