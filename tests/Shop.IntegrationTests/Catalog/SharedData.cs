namespace Shop.IntegrationTests.Catalog;

/// <summary>The public data sets that may lie beside the repository.</summary>
internal static class SharedData
{
    public const string Missing = "The folder shared/data is not beside the repository.";

    /// <summary>Null if it is not there.</summary>
    public static string? Folder { get; } = Find();

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var data = Path.Combine(folder.FullName, "shared", "data");
            if (File.Exists(Path.Combine(data, "products.json")))
                return data;
        }
        return null;
    }
}
