using System.Text.RegularExpressions;

namespace Shop.Tests.Compose;

/// <summary>
/// The settings that a host reads, found in its sources and those that it references: connection strings by the calls
/// that take their names, options by the section that they are bound to and their properties, the rest by its key.
/// </summary>
internal sealed class HostSettings
{
    private const string Argument = """(?:"(?<text>[^"]+)"|(?:\w+\.)*(?<constant>\w+))""";
    private const string Generic = @"(?:<[^<>()]+>)?";

    private readonly List<string> _sources;
    private readonly HashSet<string> _keys = [];

    public HostSettings(IEnumerable<string> sources)
    {
        _sources = [.. sources];
        foreach (var source in _sources)
        {
            AddConnectionStrings(source);
            AddOptions(source);
            AddKeys(source);
        }
    }

    public static HostSettings Of(string project) => new(
        References(project).Prepend(project).SelectMany(Repository.Sources).Select(File.ReadAllText));

    /// <summary>Whether the host, or the platform below every host, reads this environment variable.</summary>
    public bool Reads(string variable) =>
        variable is "ASPNETCORE_URLS" or "DOTNET_GCgen0size"
        || _keys.Contains(variable.Replace("__", ":", StringComparison.Ordinal));

    private static IEnumerable<string> References(string project) => Regex
        .Matches(
            File.ReadAllText(Path.Combine(Repository.Root, project, Path.GetFileName(project) + ".csproj")),
            @"<ProjectReference Include=""\.\./(?<name>[\w.]+)/")
        .Select(reference => reference.Groups["name"].Value);

    private void AddConnectionStrings(string source)
    {
        var calls = $@"\b\w*(?:ConnectionString|DataSource|AddDatabase|Context){Generic}\(\s*{Argument}\s*[,)]";
        foreach (var name in Regex.Matches(source, calls).SelectMany(Values)) _keys.Add($"ConnectionStrings:{name}");
    }

    private void AddOptions(string source)
    {
        string[] bindings =
        [
            $@"AddOptions<(?<type>\w+)>\(\)\s*\.BindConfiguration\(\s*{Argument}",
            $@"Configure<(?<type>\w+)>\([^;]*?Get(?:Required)?Section\(\s*{Argument}",
            $@"Get(?:Required)?Section\(\s*{Argument}\s*\)[^;]*?\.Get<(?<type>\w+)>\(",
        ];
        foreach (var binding in bindings.SelectMany(pattern => Regex.Matches(source, pattern)))
        foreach (var section in Values(binding))
        foreach (var property in Properties(binding.Groups["type"].Value))
            _keys.Add($"{section}:{property}");
    }

    private void AddKeys(string source)
    {
        foreach (Match key in Regex.Matches(source, """(?:Configuration\[|GetValue(?:<\w+>)?\()\s*"(?<text>[^"]+)" """.TrimEnd()))
            _keys.Add(key.Groups["text"].Value);
    }

    private IEnumerable<string> Values(Match match) => match.Groups["text"].Success
        ? [match.Groups["text"].Value]
        : _sources.SelectMany(source => Regex
            .Matches(source, $"""const string {match.Groups["constant"].Value} = "(?<value>[^"]+)" """.TrimEnd())
            .Select(found => found.Groups["value"].Value));

    /// <summary>Of the options type, by the file that declares it.</summary>
    private IEnumerable<string> Properties(string type) => _sources
        .Where(source => Regex.IsMatch(source, $@"\b(?:class|record) {type}\b"))
        .SelectMany(source => Regex.Matches(source, @"\b(?<name>[A-Z]\w*)\s*\{\s*get;"))
        .Select(property => property.Groups["name"].Value);
}
