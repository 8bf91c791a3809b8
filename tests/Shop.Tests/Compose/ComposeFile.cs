using YamlDotNet.Core;
using YamlDotNet.Serialization;
using Mapping = System.Collections.Generic.Dictionary<object, object?>;

namespace Shop.Tests.Compose;

/// <summary>What the tests ask of <c>compose.yaml</c>, with its anchors and merges resolved.</summary>
internal sealed class ComposeFile
{
    private ComposeFile(Mapping root)
    {
        Services = [.. Map(root, "services").Select(entry => new ComposeService((string)entry.Key, (Mapping)entry.Value!))];
        Volumes = [.. Map(root, "volumes").Keys.Cast<string>()];
        Configs = [.. Map(root, "configs").Keys.Cast<string>()];
    }

    public IReadOnlyList<ComposeService> Services { get; }
    public IReadOnlyList<string> Volumes { get; }
    public IReadOnlyList<string> Configs { get; }

    public static string Text() => File.ReadAllText(Path.Combine(Repository.Root, "compose.yaml"));

    public static ComposeFile Read() => Parse(Text());

    public static ComposeFile Parse(string yaml) => new(
        new DeserializerBuilder().Build().Deserialize<Mapping>(new MergingParser(new Parser(new StringReader(yaml)))));

    internal static Mapping Map(Mapping parent, string key) => parent.GetValueOrDefault(key) as Mapping ?? [];
}

internal sealed class ComposeService(string name, Mapping node)
{
    public string Name { get; } = name;
    public string? Image => Text(node, "image");
    public string? Restart => Text(node, "restart");

    /// <summary>A step that ends, such as a migration, is not started again.</summary>
    public bool Ends => Restart == "no";

    public bool HasContainerName => node.ContainsKey("container_name");

    public bool HasHealthCheck => ComposeFile.Map(node, "healthcheck").ContainsKey("test");

    /// <summary>The folder that its image is built from, or null for an image of somebody else's.</summary>
    public string? Project => Text(ComposeFile.Map(ComposeFile.Map(node, "build"), "args"), "PROJECT");

    public IReadOnlyList<string> Variables => [.. ComposeFile.Map(node, "environment").Keys.Cast<string>()];

    public string ValueOf(string variable) => Text(ComposeFile.Map(node, "environment"), variable) ?? "";

    public IReadOnlyList<string> Ports => List("ports");
    public IReadOnlyList<string> NamedVolumes => [.. List("volumes").Select(volume => volume.Split(':')[0])];

    public IReadOnlyList<string> Configs => node.GetValueOrDefault("configs") is List<object> configs
        ? [.. configs.Cast<Mapping>().Select(config => Text(config, "source")!)]
        : [];

    private Mapping Limits =>
        ComposeFile.Map(ComposeFile.Map(ComposeFile.Map(node, "deploy"), "resources"), "limits");

    public bool HasLimits => Limits.ContainsKey("cpus") && Limits.ContainsKey("memory");

    /// <summary>The services that it waits for, until <paramref name="condition"/>.</summary>
    public IEnumerable<string> WaitsFor(string condition) => ComposeFile.Map(node, "depends_on")
        .Where(entry => Text((Mapping)entry.Value!, "condition") == condition)
        .Select(entry => (string)entry.Key);

    public override string ToString() => Name;

    private List<string> List(string key) =>
        node.GetValueOrDefault(key) is List<object> items ? [.. items.Cast<string>()] : [];

    private static string? Text(Mapping node, string key) => node.GetValueOrDefault(key) as string;
}
