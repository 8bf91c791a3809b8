namespace Shop.Tests;

/// <summary>Where the sources are that the tests read.</summary>
internal static class Repository
{
    /// <summary>The nearest folder above the tests that holds the solution.</summary>
    public static string Root { get; } = Find(new DirectoryInfo(AppContext.BaseDirectory));

    private static string Find(DirectoryInfo? folder) => folder switch
    {
        null => throw new DirectoryNotFoundException("No folder above the tests holds Shop.sln."),
        _ when File.Exists(Path.Combine(folder.FullName, "Shop.sln")) => folder.FullName,
        _ => Find(folder.Parent),
    };
}
