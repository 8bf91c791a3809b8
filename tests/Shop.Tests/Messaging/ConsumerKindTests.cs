using Shop.Messaging;
using Xunit;

namespace Shop.Tests.Messaging;

public sealed class ConsumerKindTests
{
    [Theory]
    [InlineData(1, 100)]
    [InlineData(50, 450)]
    [InlineData(60_000, 2_000)]
    public void What_nobody_waits_for_is_at_work_a_tenth_of_the_time(int workedMs, int restsMs) =>
        Assert.Equal(
            TimeSpan.FromMilliseconds(restsMs),
            ConsumerKind.Unhurried.RestAfter(TimeSpan.FromMilliseconds(workedMs)));

    [Fact]
    public void What_somebody_waits_for_never_rests() =>
        Assert.Equal(TimeSpan.Zero, ConsumerKind.Grouped.RestAfter(TimeSpan.FromSeconds(1)));
}
