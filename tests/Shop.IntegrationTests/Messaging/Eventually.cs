using System.Diagnostics;
using System.Runtime.CompilerServices;
using Xunit;

namespace Shop.IntegrationTests.Messaging;

/// <summary>Waits for a condition, and fails with it in words when it does not come to hold.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    public static async Task Holds(
        Func<Task<bool>> condition, [CallerArgumentExpression(nameof(condition))] string expression = "")
    {
        var began = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(began) > Limit) Assert.Fail($"Not within {Limit.TotalSeconds} s: {expression}");
            await Task.Delay(Pause, TestContext.Current.CancellationToken);
        }
    }

    public static Task Holds(
        Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string expression = "") =>
        Holds(() => Task.FromResult(condition()), expression);
}
