using Microsoft.Extensions.Time.Testing;
using Shop.Messaging.GroupCommit;
using Xunit;

namespace Shop.Tests.Messaging;

public sealed class TurnsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Turns<object> _turns;

    public TurnsTests() => _turns = new Turns<object>(_time);

    [Fact]
    public async Task A_second_turn_begins_when_the_first_has_ended()
    {
        var key = Guid.NewGuid();
        var first = await _turns.Take(key);
        var second = _turns.Take(key);
        Assert.False(second.IsCompleted);

        first.Dispose();

        (await second).Dispose();
    }

    [Fact]
    public async Task Turns_come_in_the_order_they_were_asked_for()
    {
        var key = Guid.NewGuid();
        var order = new List<int>();
        var first = await _turns.Take(key);
        var others = Enumerable.Range(0, 20).Select(async number =>
        {
            using var turn = await _turns.Take(key);
            order.Add(number);
        }).ToList();

        first.Dispose();
        await Task.WhenAll(others);

        Assert.Equal(Enumerable.Range(0, 20), order);
    }

    [Fact]
    public async Task Other_keys_do_not_wait()
    {
        using var one = await _turns.Take(Guid.NewGuid());
        using var other = await _turns.Take(Guid.NewGuid());
    }

    [Fact]
    public async Task A_key_is_free_once_all_its_turns_have_ended()
    {
        var key = Guid.NewGuid();
        (await _turns.Take(key)).Dispose();

        (await _turns.Take(key)).Dispose();
    }

    [Fact]
    public async Task A_turn_that_never_ends_is_waited_for_no_longer_than_a_minute()
    {
        var key = Guid.NewGuid();
        using var hung = await _turns.Take(key);
        var second = _turns.Take(key);

        _time.Advance(Turns<object>.Longest);

        (await second.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken)).Dispose();
    }
}
