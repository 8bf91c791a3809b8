using System.Diagnostics;
using System.Globalization;

namespace Shop.Faults;

/// <summary>The servers as processes: killed by their pid files, started again by the script that started them.</summary>
internal sealed class Servers(string run, string script)
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan ToolLimit = TimeSpan.FromSeconds(60);

    /// <summary>The pid of its first process.</summary>
    public int Pid(string name) =>
        int.Parse(File.ReadAllText(Path.Combine(run, $"{name}.pid")), CultureInfo.InvariantCulture);

    /// <summary>As a power cut does (SIGKILL), with all its children.</summary>
    /// <param name="name"><c>postgres</c>, <c>rabbitmq</c> or <c>redis</c>.</param>
    public void Kill(string name)
    {
        using var process = Process.GetProcessById(Pid(name));
        process.Kill(entireProcessTree: true);
    }

    /// <summary>Starts those that are not running, and waits until they answer.</summary>
    public async Task Start(CancellationToken cancellationToken)
    {
        var (code, said) = await Tool.Run("bash", [script, "servers"], StartLimit, cancellationToken);
        if (code != 0) throw new ProofFailedException($"The servers did not start again: {code}.\n{said}");
    }

    /// <summary>What RabbitMQ's own tool says: the queues themselves, and not the statistics of its console.</summary>
    public async Task<string> AskBroker(IEnumerable<string> arguments, CancellationToken cancellationToken) =>
        (await Tool.Run("bash", [script, "broker", .. arguments], ToolLimit, cancellationToken)).Said;
}
