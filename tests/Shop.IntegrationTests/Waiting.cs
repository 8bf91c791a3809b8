using System.Diagnostics;
using System.Runtime.CompilerServices;
using Xunit;

namespace Shop.IntegrationTests;

/// <summary>Waits for a condition and hands over what fulfilled it; says what was last seen when none did.</summary>
internal static class Waiting
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(40);

    public static async Task<T> For<T>(
        string what, Func<Task<T>> read, Func<T, bool> isDone, TimeSpan? patience = null)
    {
        var limit = patience ?? Patience;
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            var seen = await read();
            if (isDone(seen)) return seen;
            if (Stopwatch.GetElapsedTime(began) > limit)
                Assert.Fail($"Not within {limit.TotalSeconds} s: {what}. Last seen: {seen}");
            await Task.Delay(Pause, TestContext.Current.CancellationToken);
        }
    }

    public static Task For(string what, Func<Task<bool>> holds, TimeSpan? patience = null) =>
        For(what, holds, held => held, patience);

    public static Task Until(
        Func<Task<bool>> holds, [CallerArgumentExpression(nameof(holds))] string expression = "") => For(expression, holds);

    public static Task Until(Func<bool> holds, [CallerArgumentExpression(nameof(holds))] string expression = "") =>
        For(expression, () => Task.FromResult(holds()));
}
