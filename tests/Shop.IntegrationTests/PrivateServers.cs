using System.Diagnostics;
using Npgsql;
using StackExchange.Redis;

namespace Shop.IntegrationTests;

/// <summary>
/// Servers of a test's own, which it may kill: started from this machine's packages, each in a folder that goes with it.
/// </summary>
internal static class PrivateServers
{
    public const string Missing = "This test kills servers of its own, from the packages postgresql and redis-server.";

    public static bool CanBeStarted => RedisServer is not null && PostgresFolder is not null;

    internal static string? RedisServer => Find("redis-server");

    /// <summary>Of the latest version, when there are several.</summary>
    internal static string? PostgresFolder => Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal)
            .Select(version => Path.Combine(version, "bin")).LastOrDefault(bin => File.Exists(Path.Combine(bin, "initdb")))
        : null;

    private static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}

/// <summary>A process that ends with the tests, and can be killed and started again before.</summary>
internal abstract class PrivateServer : IAsyncDisposable
{
    private Process? _process;

    protected DirectoryInfo Folder { get; } = Directory.CreateTempSubdirectory("shop_test_");

    public int Port { get; } = HostProcess.FreePort();

    public bool IsRunning => _process is not null;

    public async Task Start()
    {
        var (program, arguments) = Command();
        _process = Launch(program, arguments);
        await Waiting.For($"{GetType().Name} answers", Answers);
    }

    /// <summary>As a power cut does (SIGKILL).</summary>
    public async Task Kill()
    {
        if (_process is not { } process) return;
        HostProcess.Forget(process);
        process.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        await Kill();
        await Waiting.For($"{GetType().Name} has left its folder", () =>
        {
            try
            {
                Folder.Delete(recursive: true);
                return Task.FromResult(true);
            }
            catch (IOException)
            {
                // Whoever it started is about to notice that it is gone.
                return Task.FromResult(false);
            }
        });
    }

    protected abstract (string Program, string[] Arguments) Command();

    protected abstract Task<bool> Answers();

    protected static async Task Run(string program, params string[] arguments)
    {
        using var process = Launch(program, arguments);
        await process.WaitForExitAsync(CancellationToken.None);
        HostProcess.Forget(process);
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} ended with {process.ExitCode}.");
    }

    private static Process Launch(string program, string[] arguments)
    {
        var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = "/", RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        HostProcess.KillAtExit(process);
        return process;
    }
}

internal sealed class PrivateRedis : PrivateServer
{
    public string ConnectionString => $"127.0.0.1:{Port}";

    protected override (string Program, string[] Arguments) Command() => (PrivateServers.RedisServer!,
        ["--bind", "127.0.0.1", "--port", $"{Port}", "--dir", Folder.FullName, "--save", "", "--appendonly", "no"]);

    protected override async Task<bool> Answers()
    {
        try
        {
            await using var redis = await ConnectionMultiplexer.ConnectAsync($"{ConnectionString},connectTimeout=500");
            return true;
        }
        catch (RedisConnectionException)
        {
            return false;
        }
    }
}

/// <summary>With one database, <c>shop</c>, and the role that reads.</summary>
internal sealed class PrivatePostgres : PrivateServer
{
    private string Data => Path.Combine(Folder.FullName, "data");

    public string ConnectionString => Connect("shop");

    public async Task Create()
    {
        if (Environment.UserName == "root") await Run("chown", "postgres", Folder.FullName);
        var (program, arguments) = AsItsUser("initdb", "-D", Data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
            "--locale=C.UTF-8", "--no-sync");
        await Run(program, arguments);
        await Start();
        await Execute("create role shop_reader nologin");
        await Execute("create database shop");
    }

    protected override (string Program, string[] Arguments) Command() => AsItsUser("postgres", "-D", Data,
        "-c", $"port={Port}", "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
        "-c", "shared_buffers=32MB", "-c", "max_connections=200");

    protected override async Task<bool> Answers()
    {
        try
        {
            await Execute("select 1");
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private string Connect(string database) =>
        $"Host=127.0.0.1;Port={Port};Username=postgres;Database={database};Timeout=5";

    private async Task Execute(string sql)
    {
        await using var connection = new NpgsqlConnection(Connect("postgres") + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>It refuses to run as root.</summary>
    private static (string Program, string[] Arguments) AsItsUser(string program, params string[] arguments)
    {
        var path = Path.Combine(PrivateServers.PostgresFolder!, program);
        return Environment.UserName == "root"
            ? ("setpriv", ["--reuid=postgres", "--regid=postgres", "--init-groups", path, .. arguments])
            : (path, arguments);
    }
}
