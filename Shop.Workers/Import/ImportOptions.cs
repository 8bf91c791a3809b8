using System.Globalization;

namespace Shop.Workers.Import;

/// <summary>What was asked for, after the verb.</summary>
internal sealed record ImportOptions
{
    public const string Usage =
        """
        Shop.Workers import [PATH…] [--stock N] [--again] [--rejects FILE]
        Shop.Workers import --generate N [--stock N] [--again]
          PATH        a file of products, categories or stores, or a folder of such files (*.json, *.jsonl);
                      none: a small generated catalogue
          --generate  so many generated products, 1 to 2000000, to measure with
          --stock     units of each product in each of its warehouses, 0 to 1000000 (1000)
          --again     also what was taken before and has not changed
          --rejects   where every record goes that was not taken: file, line, record and reason, with tabs between
        """;

    private const int DefaultStock = 1_000;
    private const int MaxStock = 1_000_000;

    public IReadOnlyList<string> Paths { get; private init; } = [];
    public int Stock { get; private init; } = DefaultStock;
    public int Generate { get; private init; }
    public bool Again { get; private init; }

    /// <summary>Null if nobody wants to know of all.</summary>
    public string? Rejects { get; private init; }

    /// <returns>Null if they mean nothing.</returns>
    public static ImportOptions? Parse(IReadOnlyList<string> arguments)
    {
        var options = new ImportOptions();
        var paths = new List<string>();
        for (var i = 0; i < arguments.Count; i++)
        {
            switch (arguments[i])
            {
                case "--again":
                    options = options with { Again = true };
                    break;
                case "--stock" when Number(arguments, ++i, 0, MaxStock) is { } stock:
                    options = options with { Stock = stock };
                    break;
                case "--generate" when Number(arguments, ++i, 1, LargeCatalogue.MaxProducts) is { } count:
                    options = options with { Generate = count };
                    break;
                case "--rejects" when ++i < arguments.Count && arguments[i] is [not '-', ..] file:
                    options = options with { Rejects = file };
                    break;
                case ['-', ..]:
                    return null;
                default:
                    paths.Add(arguments[i]);
                    break;
            }
        }

        return options.Generate > 0 && paths.Count > 0 ? null : options with { Paths = paths };
    }

    private static int? Number(IReadOnlyList<string> arguments, int index, int least, int most) =>
        index < arguments.Count
        && int.TryParse(arguments[index], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number >= least && number <= most
            ? number
            : null;
}
