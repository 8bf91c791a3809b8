using Xunit;

namespace Shop.IntegrationTests;

/// <summary>
/// The states in which a model may be after what was seen. Operations that ran at once happened in some order, each in an
/// instant (linearizability: Herlihy and Wing, TOPLAS 1990): every order that explains all answers is followed, and a test
/// fails when none is left.
/// </summary>
/// <typeparam name="TState">Immutable; two that print alike are one.</typeparam>
internal sealed class Worlds<TState>(TState first)
    where TState : class
{
    /// <summary>Orders double with each.</summary>
    private const int MostAtOnce = 6;

    private Dictionary<string, TState> _possible = Keyed([first]);

    /// <summary>Takes in operations that ran at once.</summary>
    /// <param name="seen">What was done and answered.</param>
    /// <param name="steps">What each makes of a state; null of one in which it would have answered otherwise.</param>
    public void Explain(string seen, IReadOnlyList<Func<TState, TState?>> steps)
    {
        Assert.InRange(steps.Count, 0, MostAtOnce);
        var reached = new Dictionary<(int Done, string Told), TState>();
        foreach (var (told, state) in _possible) reached.Add((0, told), state);
        for (var done = 0; done < steps.Count; done++)
        {
            var next = new Dictionary<(int Done, string Told), TState>();
            foreach (var ((mask, _), state) in reached)
            {
                for (var i = 0; i < steps.Count; i++)
                {
                    if ((mask & 1 << i) == 0 && steps[i](state) is { } after)
                        next[(mask | 1 << i, after.ToString()!)] = after;
                }
            }

            reached = next;
        }

        Become(Keyed(reached.Values), $"No order explains: {seen}");
    }

    /// <summary>Keeps the states that agree with what can be read while nothing happens.</summary>
    public void Keep(string read, Func<TState, bool> agrees) =>
        Become(Keyed(_possible.Values.Where(agrees)), $"Read, and not to be explained: {read}");

    private static Dictionary<string, TState> Keyed(IEnumerable<TState> states)
    {
        var keyed = new Dictionary<string, TState>(StringComparer.Ordinal);
        foreach (var state in states) keyed[state.ToString()!] = state;
        return keyed;
    }

    private void Become(Dictionary<string, TState> left, string otherwise)
    {
        if (left.Count == 0) Assert.Fail($"{otherwise}\nPossible before: {string.Join("\n or ", _possible.Keys.Take(4))}");
        _possible = left;
    }
}
