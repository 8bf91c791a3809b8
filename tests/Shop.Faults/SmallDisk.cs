using System.Globalization;

namespace Shop.Faults;

/// <summary>A disk of the run's own, in memory, that is small enough to be filled. Making one takes root.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private const string Size = "768m";
    private const int Block = 1 << 20;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly string _folder;

    private SmallDisk(string folder) => _folder = folder;

    /// <summary>Where tables may lie.</summary>
    public string Tables => Path.Combine(_folder, "tables");

    private string Ballast => Path.Combine(_folder, "ballast");

    /// <param name="name">Of this run.</param>
    /// <param name="server">The pid of the process whose user writes there.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The disk, or why there is none.</returns>
    public static async Task<(SmallDisk? Disk, string? Missing)> Mount(string name, int server, CancellationToken cancellationToken)
    {
        var disk = new SmallDisk(Path.Combine(Path.GetTempPath(), name));
        Directory.CreateDirectory(disk._folder);
        var (code, said) = await Tool.Run(
            "mount", ["-t", "tmpfs", "-o", $"size={Size},mode=755", "tmpfs", disk._folder], Limit, cancellationToken);
        if (code != 0)
        {
            Directory.Delete(disk._folder);
            return (null, $"a disk cannot be mounted here: {said.Trim()}");
        }

        Directory.CreateDirectory(disk.Tables);
        string[] owner = [string.Create(CultureInfo.InvariantCulture, $"--reference=/proc/{server}"), disk.Tables];
        (code, said) = await Tool.Run("chown", owner, Limit, cancellationToken);
        if (code == 0) return (disk, null);
        await disk.DisposeAsync();
        return (null, said.Trim());
    }

    /// <summary>Takes what is left of it, to the last byte.</summary>
    public void Fill()
    {
        using var file = new FileStream(Ballast, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var block = new byte[Block];
        for (var size = block.Length; size > 0;)
        {
            try
            {
                file.Write(block, 0, size);
            }
            catch (IOException)
            {
                size /= 2; // The smaller rest.
            }
        }
    }

    public void Clear() => File.Delete(Ballast);

    public async ValueTask DisposeAsync()
    {
        await Tool.Run("umount", ["-l", _folder], Limit, CancellationToken.None);
        try
        {
            Directory.Delete(_folder);
        }
        catch (IOException)
        {
            // It is still mounted: the system has it until it restarts.
        }
    }
}
