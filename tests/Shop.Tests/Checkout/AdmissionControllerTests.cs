using Shop.Api.Checkout;
using Xunit;

namespace Shop.Tests.Checkout;

/// <summary>The controller with a plant that does so many orders a second, and shows what it did a little later.</summary>
public sealed class AdmissionControllerTests
{
    private const double Pace = 0.5;

    private static readonly TimeSpan Target = TimeSpan.FromSeconds(3);

    [Theory]
    [InlineData(300, 600)]
    [InlineData(300, 345)]
    [InlineData(40, 400)]
    [InlineData(2_000, 4_000)]
    public void Offered_more_than_it_can_do_the_shop_does_all_it_can_and_those_let_in_wait_as_agreed(
        double capacity, double offered)
    {
        var plant = new Plant(capacity, leastBacklog: 20);
        plant.Run(seconds: 60, offered);

        var (done, longest) = plant.Run(seconds: 60, offered);

        Assert.InRange(done / 60, capacity * 0.97, capacity * 1.01);
        Assert.InRange(longest, 0, 2 * Target.TotalSeconds);
    }

    [Fact]
    public void A_flood_that_begins_at_once_does_not_make_anyone_wait_for_long()
    {
        var plant = new Plant(capacity: 300, leastBacklog: 500);

        var (_, longest) = plant.Run(seconds: 60, offered: 3_000);

        Assert.InRange(longest, 0, 60);
        Assert.InRange(plant.Run(seconds: 60, offered: 3_000).Longest, 0, 2 * Target.TotalSeconds);
    }

    [Theory]
    [InlineData(300, 290)]
    [InlineData(300, 10)]
    public void Offered_what_it_can_do_nobody_is_turned_away(double capacity, double offered)
    {
        var plant = new Plant(capacity, leastBacklog: 20);

        plant.Run(seconds: 120, offered);

        Assert.Equal(0, plant.TurnedAway);
    }

    [Fact]
    public void After_a_storm_everyone_is_let_in_again_soon()
    {
        var plant = new Plant(capacity: 300, leastBacklog: 20);
        plant.Run(seconds: 60, offered: 900);
        plant.Run(seconds: 20, offered: 100);
        var before = plant.TurnedAway;

        plant.Run(seconds: 30, offered: 100);

        Assert.InRange(plant.TurnedAway - before, 0, 100 * 30 * 0.01);
    }

    [Fact]
    public void A_shop_that_becomes_slower_is_offered_less()
    {
        var plant = new Plant(capacity: 300, leastBacklog: 20);
        plant.Run(seconds: 60, offered: 280);
        plant.Capacity = 100;
        plant.Run(seconds: 60, offered: 280);

        var (done, longest) = plant.Run(seconds: 60, offered: 280);

        Assert.InRange(done / 60, 97, 101);
        Assert.InRange(longest, 0, 2 * Target.TotalSeconds);
    }

    [Fact]
    public void The_more_are_turned_away_the_later_they_are_told_to_come_again_and_never_later_than_in_a_minute()
    {
        var (twice, tenfold) = (new Plant(300, 20), new Plant(300, 20));
        twice.Run(seconds: 60, offered: 600);
        tenfold.Run(seconds: 60, offered: 3_000);

        Assert.True(twice.RetryAfter < tenfold.RetryAfter, $"{twice.RetryAfter} and {tenfold.RetryAfter}");
        Assert.InRange(tenfold.RetryAfter.TotalSeconds, 1, 60);
    }

    [Fact]
    public void While_nothing_comes_out_at_all_some_still_find_out()
    {
        var plant = new Plant(capacity: 0, leastBacklog: 20);

        plant.Run(seconds: 600, offered: 100);

        Assert.InRange(plant.TurnedAway, 50_000, 59_990);
    }

    private sealed class Plant(double capacity, int leastBacklog)
    {
        private readonly AdmissionController _controller = new(Target, leastBacklog);

        /// <summary>What came in, and when, as far as it is not done.</summary>
        private readonly Queue<(double At, double Orders)> _queue = [];

        private double _now;

        /// <summary>Orders that were done are seen one update later.</summary>
        private double _doneUnseen;

        public double Capacity { get; set; } = capacity;

        public double TurnedAway { get; private set; }

        public TimeSpan RetryAfter => _controller.RetryAfter;

        public (double Done, double Longest) Run(double seconds, double offered)
        {
            var (done, longest) = (0d, 0d);
            for (var end = _now + seconds; _now < end; _now += Pace)
            {
                var admitted = offered * Pace * (1 - _controller.Refused);
                TurnedAway += offered * Pace - admitted;
                _queue.Enqueue((_now, admitted));
                var (came, waited) = Work(Capacity * Pace);
                done += came;
                longest = Math.Max(longest, waited);
                var backlog = _queue.Sum(batch => batch.Orders) + _doneUnseen;
                var oldest = _queue.TryPeek(out var first) ? _now + Pace - first.At : 0;
                _controller.Update(backlog, _doneUnseen, TimeSpan.FromSeconds(oldest + Pace), TimeSpan.FromSeconds(Pace));
                _doneUnseen = came;
            }

            return (done, longest);
        }

        private (double Done, double Waited) Work(double room)
        {
            var (done, waited) = (0d, 0d);
            while (room > 1e-9 && _queue.TryPeek(out var batch))
            {
                var take = Math.Min(room, batch.Orders);
                (room, done) = (room - take, done + take);
                waited = _now - batch.At;
                if (take < batch.Orders)
                {
                    var rest = _queue.Skip(1).ToList();
                    _queue.Clear();
                    _queue.Enqueue((batch.At, batch.Orders - take));
                    rest.ForEach(_queue.Enqueue);
                }
                else _queue.Dequeue();
            }

            return (done, waited);
        }
    }
}
