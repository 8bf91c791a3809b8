using CsCheck;
using Shop.Api.Requests;
using Xunit;

namespace Shop.Tests.Api;

/// <summary>Which keys are running in this process; CsCheck prints the seed of a history that breaks it.</summary>
public sealed class InFlightTests
{
    private const int Most = 5_000;

    private static readonly Gen<string> Keys = Gen.OneOf("k1", "k2", "k3");

    [Fact]
    public void A_key_is_entered_once_until_it_is_left() => Gen.Const(() => (new InFlight(), new Running())).SampleModelBased(
        Keys.Operation<InFlight, Running>(
            (keys, key) => Assert.True(keys.Enter("ada", key) is InFlight.Entry.Entered or InFlight.Entry.Running),
            (model, key) => model.Keys.Add(key)),
        Keys.Operation<InFlight, Running>((keys, key) => keys.Leave("ada", key), (model, key) => model.Keys.Remove(key)),
        equal: (keys, model) =>
        {
            // Looked at by trying, and put back as it was.
            foreach (var key in new[] { "k1", "k2", "k3" })
            {
                var entry = keys.Enter("ada", key);
                if (entry == InFlight.Entry.Entered) keys.Leave("ada", key);
                if (entry == InFlight.Entry.Running != model.Keys.Contains(key)) return false;
            }

            return true;
        });

    [Fact]
    public void Of_those_who_enter_and_leave_at_once_none_is_forgotten_and_none_counted_twice() =>
        Gen.Select(Keys, Gen.Bool).Array[1, 40].Sample(deeds =>
        {
            var keys = new InFlight();
            var inside = new int[4];
            Parallel.ForEach(deeds, deed =>
            {
                var (key, stays) = deed;
                if (keys.Enter("ada", key) != InFlight.Entry.Entered) return;
                var number = key[1] - '0';
                Assert.Equal(1, Interlocked.Increment(ref inside[number]));
                if (stays) return;
                Interlocked.Decrement(ref inside[number]);
                keys.Leave("ada", key);
            });
            // As many places are left as nobody has taken.
            var free = 0;
            while (keys.Enter("ben", $"{free}") == InFlight.Entry.Entered) free++;
            Assert.Equal(Most, free + inside.Sum());
        }, iter: 30);

    private sealed class Running
    {
        public HashSet<string> Keys { get; } = [];
    }
}
