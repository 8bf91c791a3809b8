using System.Diagnostics;
using System.Globalization;

namespace Shop.Faults;

/// <summary>The servers as processes: killed by their pid files, started again by the script that started them.</summary>
internal sealed class Servers(string run, string script)
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(4);

    /// <summary>As a power cut does (SIGKILL), with all its children.</summary>
    /// <param name="name"><c>postgres</c>, <c>rabbitmq</c> or <c>redis</c>.</param>
    public void Kill(string name)
    {
        var text = File.ReadAllText(Path.Combine(run, $"{name}.pid"));
        using var process = Process.GetProcessById(int.Parse(text, CultureInfo.InvariantCulture));
        process.Kill(entireProcessTree: true);
    }

    /// <summary>Starts those that are not running, and waits until they answer.</summary>
    public async Task Start(CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo("bash", [script, "servers"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
        })!;
        process.StandardInput.Close();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StartLimit);
        await process.WaitForExitAsync(limit.Token);
        if (process.ExitCode != 0)
            throw new ProofFailedException($"The servers did not start again: {process.ExitCode}.");
    }
}
