using System.Diagnostics;
using Xunit;

namespace Shop.Tests.Faults;

/// <summary>Mutants rot when the source moves on: each patch must still apply, and be run.</summary>
public sealed class MutantTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "Shop.Faults", "Mutants");

    public static TheoryData<string> Patches() => new(Directory.GetFiles(Folder, "*.patch").Select(file => Path.GetFileNameWithoutExtension(file)));

    [Theory]
    [MemberData(nameof(Patches))]
    public async Task A_mutant_still_applies_to_the_source(string mutant) => Assert.Equal("", await Complaint(mutant));

    [Theory]
    [MemberData(nameof(Patches))]
    public async Task A_mutant_that_does_not_apply_is_found(string mutant) =>
        Assert.NotEqual("", await Complaint(mutant, "--reverse"));

    [Fact]
    public void Every_patch_is_in_the_table_of_mutants() =>
        Assert.All(Patches(), patch => Assert.Contains($"new(\"{patch.Data}\"", Table, StringComparison.Ordinal));

    [Fact]
    public void Every_mutant_has_a_patch() => Assert.Equal(
        Patches().Count, Table.Split('\n').Count(line => line.TrimStart().StartsWith("new(\"", StringComparison.Ordinal)));

    private static string Table => File.ReadAllText(Path.Combine(Repository.Root, "tests", "Shop.Faults", "Mutant.cs"));

    /// <summary>What <c>git apply</c> says when it does not do it; empty if it would.</summary>
    private static async Task<string> Complaint(string mutant, params string[] options)
    {
        using var process = Process.Start(new ProcessStartInfo(
            "git", ["apply", "--check", .. options, Path.Combine(Folder, $"{mutant}.patch")])
        {
            WorkingDirectory = Repository.Root, RedirectStandardError = true,
        })!;
        var said = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return process.ExitCode == 0 ? "" : said;
    }
}
