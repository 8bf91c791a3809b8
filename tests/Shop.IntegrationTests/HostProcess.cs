using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Shop.IntegrationTests;

/// <summary>
/// A host of the shop as a process of its own on a port of its own, from the bin folder of the configuration that these
/// tests were built in. It ends with the tests, however they end in order.
/// </summary>
internal sealed class HostProcess : IAsyncDisposable
{
    private const int MostLines = 3_000;
    private const int LongestLine = 800;

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan VerbLimit = TimeSpan.FromMinutes(3);
    private static readonly ConcurrentDictionary<Process, byte> Running = KilledAtExit();

    private readonly ConcurrentQueue<string> _output = new();
    private readonly string _folder;
    private readonly string _name;
    private readonly string _healthPath;
    private readonly Dictionary<string, string> _environment;
    private Process? _process;

    /// <param name="project">Its folder below the solution's.</param>
    /// <param name="healthPath">Answers 200 when it is ready.</param>
    /// <param name="environment">Its configuration.</param>
    public HostProcess(string project, string healthPath, Dictionary<string, string> environment)
    {
        var bin = new DirectoryInfo(AppContext.BaseDirectory);
        _name = Path.GetFileName(project);
        _folder = Path.Combine(SolutionFolder(bin), project, "bin", bin.Parent!.Name, bin.Name);
        _healthPath = healthPath;
        _environment = environment;
        Address = new Uri($"http://127.0.0.1:{FreePort()}");
    }

    public Uri Address { get; }

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>The last lines that it wrote, of all its lives.</summary>
    public IEnumerable<string> Output => _output.Select(line => $"{_name}: {line}");

    /// <summary>Completes its configuration before it starts.</summary>
    public void Set(string key, string value) => _environment[key] = value;

    /// <summary>Runs a verb to its end. One that fails fails the test, with what it said.</summary>
    public async Task Run(params string[] verb)
    {
        using var process = Launch(verb, new Dictionary<string, string>());
        using var limit = new CancellationTokenSource(VerbLimit);
        await process.WaitForExitAsync(limit.Token);
        Running.TryRemove(process, out _);
        if (process.ExitCode != 0)
            Assert.Fail($"{_name} {verb[0]} ended with {process.ExitCode}:\n{string.Join('\n', Output)}");
    }

    /// <summary>Starts it and waits until it is ready.</summary>
    /// <param name="changes">Configuration that differs from the usual, in this life only.</param>
    public async Task Start(IReadOnlyDictionary<string, string>? changes = null)
    {
        var process = _process = Launch([], changes ?? new Dictionary<string, string>());
        using var http = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(5) };
        await Waiting.For($"{_name} is ready", async () =>
        {
            if (process.HasExited) Assert.Fail($"{_name} ended while it started:\n{string.Join('\n', Output)}");
            return await IsReady(http);
        }, StartLimit);
    }

    /// <summary>Ends it as a power cut does (SIGKILL): it has no moment for anything.</summary>
    public async Task Kill()
    {
        if (_process is not { } process) return;
        process.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
        Running.TryRemove(process, out _);
        process.Dispose();
        _process = null;
    }

    public async Task Restart(IReadOnlyDictionary<string, string>? changes = null)
    {
        await Kill();
        await Start(changes);
    }

    public async ValueTask DisposeAsync() => await Kill();

    /// <summary>Below those that the system gives to outgoing connections, so that it is still free after a restart.</summary>
    internal static int FreePort()
    {
        while (true)
        {
            var port = Random.Shared.Next(20_000, 26_000);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken: the next may be free.
            }
        }
    }

    internal static void KillAtExit(Process process) => Running[process] = 0;

    /// <summary>It has ended, or is about to.</summary>
    internal static void Forget(Process process) => Running.TryRemove(process, out _);

    private static string SolutionFolder(DirectoryInfo? folder)
    {
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Shop.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("There is no Shop.sln above the tests.");
    }

    private static ConcurrentDictionary<Process, byte> KilledAtExit()
    {
        var running = new ConcurrentDictionary<Process, byte>();
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            foreach (var process in running.Keys)
                if (!process.HasExited) process.Kill();
        };
        return running;
    }

    private async Task<bool> IsReady(HttpClient http)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri(_healthPath, UriKind.Relative));
            return answer.IsSuccessStatusCode;
        }
        catch (Exception notYet) when (notYet is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    private Process Launch(string[] verb, IReadOnlyDictionary<string, string> changes)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(_folder, $"{_name}.dll"), .. verb])
        {
            WorkingDirectory = _folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var (key, value) in _environment.Concat(changes)) start.Environment[key] = value;
        start.Environment["ASPNETCORE_URLS"] = Address.AbsoluteUri;
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.Start();
        Running[process] = 0;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private void Keep(string? line)
    {
        if (line is null) return;
        _output.Enqueue(line.Length > LongestLine ? line[..LongestLine] : line);
        while (_output.Count > MostLines) _output.TryDequeue(out _);
    }
}
