using System.Diagnostics.Metrics;
using Shop.Workers.Search;
using Xunit;

namespace Shop.Tests.Search;

public sealed class SearchTelemetryTests
{
    [Fact]
    public void What_is_being_indexed_is_seen_to_wait_until_it_is_done()
    {
        var pending = SearchTelemetry.Pending(3);
        var meanwhile = Waited();
        pending.Dispose();

        Assert.True(meanwhile > 0);
        Assert.Equal(0, Waited());
    }

    private static double Waited()
    {
        var waited = -1.0;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "shop.search.waiting") listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((_, seconds, _, _) => waited = seconds);
        listener.Start();
        listener.RecordObservableInstruments();
        return waited;
    }
}
