using System.Text.RegularExpressions;

namespace Shop.Tests.Compose;

/// <summary>What the tests ask of the script <c>shop</c>.</summary>
internal static class ScriptFile
{
    public static string Text() => File.ReadAllText(Path.Combine(Repository.Root, "shop"));

    /// <summary>The variables that its function <c>environment</c> prints for a host.</summary>
    public static IEnumerable<string> Variables(string host)
    {
        var script = Text();
        var lines = Regex.Match(
            script, $@"^    {host}\) cat <<(\w+) ;;$(?<lines>.*?)^\1$", RegexOptions.Multiline | RegexOptions.Singleline);
        return Regex.Matches(lines.Groups["lines"].Value, @"^(?<name>\w+)=", RegexOptions.Multiline)
            .Select(variable => variable.Groups["name"].Value)
            .Append("ASPNETCORE_URLS");
    }
}
