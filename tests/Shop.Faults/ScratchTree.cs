using System.Diagnostics;

namespace Shop.Faults;

/// <summary>A copy of the source that mutants, or an older version, are built in: hosts only, without their tests.</summary>
internal sealed class ScratchTree(DirectoryInfo source, DirectoryInfo copy, string patches)
{
    private const string Filter =
        """
        { "solution": { "path": "Shop.sln", "projects": [
          "Shop.Api\\Shop.Api.csproj", "Shop.Workers\\Shop.Workers.csproj", "Shop.Sagas\\Shop.Sagas.csproj",
          "tests\\Shop.PaymentSimulator\\Shop.PaymentSimulator.csproj" ] } }
        """;

    private static readonly TimeSpan BuildLimit = TimeSpan.FromMinutes(10);
    private static readonly HashSet<string> Skipped = ["bin", "obj", ".git", ".shop", "node_modules"];

    /// <summary>Makes the copy what the source is; what is the same already is left alone, and need not be built again.</summary>
    public void Restore()
    {
        copy.Create();
        CopyFolder(source, copy);
        SelectHosts();
    }

    /// <summary>Makes the copy what the source was at a revision, as its repository knows it.</summary>
    /// <exception cref="ProofFailedException">There is no such revision, or no repository.</exception>
    public async Task Restore(string revision, CancellationToken cancellationToken)
    {
        if (copy.Exists) copy.Delete(recursive: true);
        copy.Create();
        var archive = Path.Combine(copy.Parent!.FullName, $"{copy.Name}.tar");
        await Do("git", ["-C", source.FullName, "archive", "--output", archive, revision], cancellationToken);
        await Do("tar", ["-xf", archive, "-C", copy.FullName], cancellationToken);
        File.Delete(archive);
        SelectHosts();
    }

    /// <exception cref="ProofFailedException">The source has changed so that the patch does not apply any more.</exception>
    public Task Apply(string mutant, CancellationToken cancellationToken) => Do(
        "git", ["apply", Path.Combine(patches, $"{mutant}.patch")],
        cancellationToken);

    public Task Build(CancellationToken cancellationToken) => Do(
        "dotnet",
        ["build", "Hosts.slnf", "-c", "Release", "-v", "quiet", "--nologo", "-p:RunAnalyzers=false", "-p:UseSharedCompilation=false"],
        cancellationToken);

    private void SelectHosts() => File.WriteAllText(Path.Combine(copy.FullName, "Hosts.slnf"), Filter);

    private static void CopyFolder(DirectoryInfo from, DirectoryInfo to)
    {
        foreach (var file in from.EnumerateFiles())
        {
            var target = new FileInfo(Path.Combine(to.FullName, file.Name));
            if (target.Exists && target.Length == file.Length
                && File.ReadAllBytes(target.FullName).AsSpan().SequenceEqual(File.ReadAllBytes(file.FullName))) continue;
            File.Copy(file.FullName, target.FullName, overwrite: true);
            File.SetLastWriteTimeUtc(target.FullName, DateTime.UtcNow);
        }

        foreach (var folder in from.EnumerateDirectories())
            if (!Skipped.Contains(folder.Name)) CopyFolder(folder, to.CreateSubdirectory(folder.Name));
    }

    private async Task Do(string program, string[] arguments, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = copy.FullName, RedirectStandardOutput = true, RedirectStandardError = true,
            // The copy may lie in a folder of the repository itself, to which it does not belong.
            Environment = { ["GIT_CEILING_DIRECTORIES"] = copy.Parent!.FullName },
        })!;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(BuildLimit);
        var said = process.StandardOutput.ReadToEndAsync(limit.Token);
        var complained = process.StandardError.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        if (process.ExitCode != 0)
            throw new ProofFailedException($"{program} {arguments[0]} ended with {process.ExitCode}:\n{await said}{await complained}");
    }
}
