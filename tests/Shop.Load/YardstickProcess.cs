using System.Diagnostics;

namespace Shop.Load;

/// <summary>The yardstick as a process of its own, as the shop's API is one.</summary>
internal sealed class YardstickProcess : IDisposable
{
    private readonly Process _process;

    private YardstickProcess(Process process) => _process = process;

    public Uri Address { get; private set; } = null!;

    public int Pid => _process.Id;

    /// <exception cref="BenchFailedException">It did not start.</exception>
    public static async Task<YardstickProcess> Start(
        Uri api, string redis, IEnumerable<string> skus, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(
            "dotnet", [Environment.GetCommandLineArgs()[0], "yardstick", "--api", api.AbsoluteUri, "--redis", redis])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true,
        };
        start.Environment.Remove(HttpWire.InlineCompletions);
        var yardstick = new YardstickProcess(Process.Start(start)!);
        try
        {
            foreach (var sku in skus) await yardstick._process.StandardInput.WriteLineAsync(sku);
            await yardstick._process.StandardInput.WriteLineAsync();
            await yardstick._process.StandardInput.FlushAsync(cancellationToken);
            var address = await yardstick._process.StandardOutput.ReadLineAsync(cancellationToken);
            yardstick.Address = new Uri(address ?? throw new BenchFailedException("the yardstick did not start."));
            return yardstick;
        }
        catch (Exception)
        {
            yardstick.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(5_000)) _process.Kill();
        _process.Dispose();
    }
}
