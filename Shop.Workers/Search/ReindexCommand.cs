using System.Diagnostics;
using System.Runtime.InteropServices;
using Npgsql;
using Shop.Typesense;

namespace Shop.Workers.Search;

/// <summary><c>Shop.Workers reindex</c>: builds the search index anew while the old one serves.</summary>
internal static class ReindexCommand
{
    public const string Verb = "reindex";

    public const int Done = 0;

    /// <summary>It did not run to its end; the old index serves on.</summary>
    public const int Failed = 2;

    private const int Between = 20_000;

    public static async Task<int> Run(IServiceProvider services, TextWriter output)
    {
        using var stopping = new CancellationTokenSource();
        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stopping.Cancel();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        var began = Stopwatch.GetTimestamp();
        try
        {
            var rebuild = services.GetRequiredService<Rebuild>();
            var count = await rebuild.Run(documents =>
            {
                if (documents % Between == 0) output.WriteLine($"  {documents} products");
            }, stopping.Token);
            output.WriteLine(count is null
                ? "Someone else is rebuilding the index."
                : $"{count} products in the new index ({Stopwatch.GetElapsedTime(began).TotalSeconds:F0} s)");
            return count is null ? Failed : Done;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            output.WriteLine("Broken off; the old index serves on.");
        }
        catch (Exception problem) when (problem is NpgsqlException or TypesenseException)
        {
            output.WriteLine($"The index could not be rebuilt, and the old one serves on: {problem.Message}");
        }

        return Failed;
    }
}
