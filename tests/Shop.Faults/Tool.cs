using System.ComponentModel;
using System.Diagnostics;

namespace Shop.Faults;

/// <summary>Other programs, run to their end.</summary>
internal static class Tool
{
    private const int NotThere = 127;

    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(2);

    /// <returns>The exit code, and what it printed; 127 if there is no such program, or if it did not end in time.</returns>
    public static async Task<(int Code, string Said)> Run(
        string program, IEnumerable<string> arguments, TimeSpan limit, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
        };
        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            end.CancelAfter(limit);
            try
            {
                var said = process.StandardOutput.ReadToEndAsync(end.Token);
                var complained = process.StandardError.ReadToEndAsync(end.Token);
                await process.WaitForExitAsync(end.Token);
                // What it started may hold its output open.
                Task all = Task.WhenAll(said, complained);
                await all.WaitAsync(Rest, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return (process.ExitCode, Of(said) + Of(complained));
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                process.Kill(entireProcessTree: true);
                return (NotThere, $"{program} did not end within {limit.TotalSeconds:0} s.");
            }
        }
        catch (Win32Exception)
        {
            return (NotThere, $"{program} is not installed.");
        }
    }

    private static string Of(Task<string> text) => text.IsCompletedSuccessfully ? text.Result : "";
}
