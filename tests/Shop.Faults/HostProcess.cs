using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Shop.Faults;

/// <summary>A host of the shop as a process on a port of its own, from the folder that it was built into.</summary>
internal sealed class HostProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan VerbLimit = TimeSpan.FromMinutes(3);
    private static readonly ConcurrentDictionary<Process, byte> Running = KilledAtExit();
    private static readonly ConcurrentDictionary<int, byte> Given = new();

    private readonly string _project;
    private readonly string _configuration;
    private readonly string _program;
    private readonly string _health;
    private readonly string _log;
    private readonly Dictionary<string, string> _environment;
    private readonly Lock _writing = new();
    private string _folder;
    private Process? _process;

    /// <param name="name">Of this instance, and of its log.</param>
    /// <param name="project">Its folder below the root.</param>
    /// <param name="options">Whose root and configuration.</param>
    /// <param name="health">The path that answers 200 when it is ready.</param>
    /// <param name="environment">Its configuration.</param>
    public HostProcess(
        string name, string project, ProveOptions options, string health, Dictionary<string, string> environment)
    {
        Name = name;
        _program = Path.GetFileName(project) + ".dll";
        (_project, _configuration) = (project, options.Configuration);
        _folder = Folder(options.Root);
        _log = Path.Combine(options.Out.FullName, "logs", $"{name}.log");
        _health = health;
        _environment = environment;
        Address = new Uri($"http://127.0.0.1:{FreePort()}");
    }

    public string Name { get; }

    public Uri Address { get; }

    /// <summary>Null while it does not run.</summary>
    public int? Id => _process is { HasExited: false } process ? process.Id : null;

    /// <summary>From now on as it was built in that source tree.</summary>
    public void RunFrom(DirectoryInfo root) => _folder = Folder(root);

    public void Set(string key, string value) => _environment[key] = value;

    public void Unset(string key) => _environment.Remove(key);

    /// <summary>Runs a verb to its end.</summary>
    /// <returns>What it printed.</returns>
    public async Task<string> Run(string verb, CancellationToken cancellationToken)
    {
        using var process = Launch([verb]);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(VerbLimit);
        await process.WaitForExitAsync(limit.Token);
        Running.TryRemove(process, out _);
        return process.ExitCode == 0
            ? ""
            : throw new ProofFailedException($"{_program} {verb} ended with {process.ExitCode}; see {_log}.");
    }

    public void Launch() => _process = Launch([]);

    /// <summary>Starts it and waits until it is ready.</summary>
    public async Task Start(CancellationToken cancellationToken)
    {
        Launch();
        await BeReady(cancellationToken);
    }

    public Task BeReady(CancellationToken cancellationToken) =>
        Patience.For($"{Name} is ready; see {_log}", IsReady, StartLimit, cancellationToken);

    /// <summary>Ends it as a power cut does (SIGKILL).</summary>
    public async Task Kill()
    {
        if (_process is not { } process) return;
        process.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
        Running.TryRemove(process, out _);
        process.Dispose();
        _process = null;
    }

    /// <summary>Ends it as an operator does (SIGTERM).</summary>
    public async Task Stop(CancellationToken cancellationToken)
    {
        if (_process is not { } process) return;
        using (var signal = Process.Start("kill", ["-TERM", $"{process.Id}"]))
            await signal.WaitForExitAsync(cancellationToken);
        await Patience.Until(() => Task.FromResult(process.HasExited), StopLimit, cancellationToken);
        await Kill();
    }

    public async ValueTask DisposeAsync() => await Kill();

    private static int FreePort()
    {
        // Below those that the system gives to outgoing connections, so that it is still free after a restart.
        while (true)
        {
            var port = Random.Shared.Next(27_000, 32_700);
            if (!Given.TryAdd(port, 0)) continue;
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

    private string Folder(DirectoryInfo root) =>
        Path.Combine(root.FullName, _project, "bin", _configuration, "net10.0");

    private async Task<bool> IsReady()
    {
        if (_process is not { HasExited: false })
            throw new ProofFailedException($"{Name} ended while it started; see {_log}.");
        using var http = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            using var answer = await http.GetAsync(new Uri(_health, UriKind.Relative));
            return answer.IsSuccessStatusCode;
        }
        catch (Exception notYet) when (notYet is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    private Process Launch(string[] verb)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_log)!);
        var start = new ProcessStartInfo("dotnet", [Path.Combine(_folder, _program), .. verb])
        {
            WorkingDirectory = _folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var (key, value) in _environment) start.Environment[key] = value;
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
        lock (_writing) File.AppendAllText(_log, line + Environment.NewLine);
    }
}
