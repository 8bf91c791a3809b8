using System.Diagnostics;
using Xunit;

namespace Shop.IntegrationTests.Contract;

/// <summary>The Node.js programs of <c>tests/Shop.Client</c>, installed from their lock file.</summary>
internal static class NodeTool
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);
    private static readonly Lazy<Task> Installed = new(Install);

    public static string Folder { get; } = Path.Combine(SolutionFolder(), "tests", "Shop.Client");

    /// <summary>Runs one of the installed programs. A code other than 0 fails the test with what was said.</summary>
    public static async Task<string> Run(string program, params string[] arguments)
    {
        await Installed.Value;
        return await Execute(Path.Combine(Folder, "node_modules", ".bin", program), arguments);
    }

    /// <summary>Runs a script of the folder, which may use the installed packages.</summary>
    public static async Task<string> RunScript(string script, params string[] arguments)
    {
        await Installed.Value;
        return await Execute("node", [script, .. arguments]);
    }

    public static Task<string> Node(params string[] arguments) => Execute("node", arguments);

    private static async Task Install()
    {
        if (!OnPath("node") || !OnPath("npm")) Assert.Skip("Node.js and npm are not installed.");
        await Execute("npm", ["ci", "--prefer-offline"]);
    }

    private static bool OnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Any(folder => File.Exists(Path.Combine(folder, program)));

    private static async Task<string> Execute(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        })!;
        process.StandardInput.Close();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            var output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            var said = output + await errors;
            Assert.True(process.ExitCode == 0, $"{Path.GetFileName(program)} ended with {process.ExitCode}:\n{said}");
            return said;
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    private static string SolutionFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Shop.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("There is no Shop.sln above the tests.");
    }
}
