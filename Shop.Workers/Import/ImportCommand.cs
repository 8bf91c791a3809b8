using System.Runtime.InteropServices;
using System.Text.Json;
using Npgsql;
using Shop.Messaging.Hosting;
using Shop.Messaging.Outbox;
using Shop.Workers.Catalog;
using Shop.Workers.Inventory;

namespace Shop.Workers.Import;

/// <summary>
/// The verb <c>import</c>: fills catalogue and inventory from files, or without a path from a catalogue that is generated.
/// It can be broken off at any time, and goes on from there when it is run again.
/// </summary>
internal sealed class ImportCommand(
    NpgsqlDataSource catalog, StockIntake inventory, ImportNews news, TextWriter output, TimeProvider clock)
{
    public const string Verb = "import";

    /// <summary>Everything was taken.</summary>
    public const int Done = 0;

    /// <summary>Some records were rejected; the rest was taken.</summary>
    public const int DoneWithRejects = 1;

    /// <summary>It did not run to its end; what it took until then stays.</summary>
    public const int Failed = 2;

    private const int MaxFiles = 1_000;

    public static Task<int> Run(IServiceProvider services, string[] arguments) => new ImportCommand(
        services.GetRequiredService<Database<CatalogDbContext>>().Source,
        services.GetRequiredService<StockIntake>(),
        new ImportNews(
            services.GetRequiredService<MessageComposer>(), services.GetRequiredService<OutboxWriter<CatalogDbContext>>()),
        Console.Out,
        services.GetRequiredService<TimeProvider>()).Run(arguments, CancellationToken.None);

    /// <summary>Runs with the arguments that follow the verb, and returns the exit code of the process.</summary>
    public async Task<int> Run(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stopping.Cancel();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            return await Import(arguments, stopping.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            output.WriteLine("Broken off. Run it again to go on.");
        }
        catch (PostgresException problem) when (problem.SqlState is
            PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
        {
            output.WriteLine($"The database has no tables yet ({problem.MessageText}): run `Shop.Workers migrate`.");
        }
        catch (Exception problem) when (problem is NpgsqlException or JsonException or IOException
            or UnauthorizedAccessException or InvalidDataException)
        {
            output.WriteLine($"The import failed: {problem.Message}");
        }
        return Failed;
    }

    private async Task<int> Import(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        if (ImportOptions.Parse(arguments) is not { } options)
        {
            output.WriteLine(ImportOptions.Usage);
            return Failed;
        }

        await using var rejects = options.Rejects is { } file ? new StreamWriter(file) : null;
        var report = new ImportReport(output, rejects, clock);
        var plan = options.Generate > 0 ? LargeCatalogue.Stock(options.Stock) : new StockPlan(options.Stock);
        var writer = new ImportWriter(catalog, inventory, news, report, plan);
        var checkpoints = new ImportCheckpoints(catalog, options.Again);
        if (options.Generate > 0)
            await LargeCatalogue.Write(options.Generate, writer, checkpoints, report, cancellationToken);
        else if (options.Paths.Count == 0)
            await GeneratedCatalogue.Write(writer, report, cancellationToken);
        else if (await FindFiles(options.Paths, cancellationToken) is { } files)
            await new FileImport(writer, checkpoints, report).Run(files, cancellationToken);
        else
            return Failed;
        return report.Rejected == 0 ? Done : DoneWithRejects;
    }

    /// <summary>The files and their kinds; null, and a line that says why, if one cannot be taken.</summary>
    private async Task<List<(RecordFile File, RecordKind Kind)>?> FindFiles(
        IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        var files = new List<(RecordFile File, RecordKind Kind)>();
        foreach (var path in paths)
        {
            var isFolder = Directory.Exists(path);
            foreach (var name in isFolder ? FilesIn(path) : [path])
            {
                var file = new RecordFile(name);
                var kind = await file.TellKind(cancellationToken);
                if (kind != RecordKind.Unknown)
                    files.Add((file, kind));
                else
                    output.WriteLine($"{file.Name}: neither products, categories nor stores.");
                if (kind == RecordKind.Unknown && !isFolder)
                    return null;
            }
        }

        if (files.Count is > 0 and <= MaxFiles)
            return files;
        output.WriteLine($"{files.Count} files were found to import; there may be 1 to {MaxFiles}.");
        return null;
    }

    private static IEnumerable<string> FilesIn(string folder) =>
        Directory.EnumerateFiles(folder)
            .Where(file => Path.GetExtension(file) is ".json" or ".jsonl")
            .Order(StringComparer.Ordinal);
}
