using System.Diagnostics;
using System.Globalization;
using System.Text;
using Shop.Api.Search;
using Shop.IntegrationTests.Catalog;
using Xunit;

namespace Shop.IntegrationTests.Search.Relevance;

/// <summary>
/// How well searches find what a customer means, by a table of queries that was written from the catalogue, not from what
/// an engine answered: <c>queries.csv</c> names for each query the products that must be among the first ten.
/// Needs the public data set that may lie beside the repository.
/// </summary>
public sealed class RelevanceTests(RealCatalogue catalogue) : IClassFixture<RealCatalogue>
{
    private const int First = 10;
    private const double LeastRecall = 0.9;

    /// <summary>If set, the table of results is written to this file too.</summary>
    private const string ReportVariable = "SHOP_RELEVANCE_REPORT";

    [Fact]
    public async Task Nine_in_ten_of_what_must_be_found_is_among_the_first_ten_in_every_class_of_query()
    {
        Assert.SkipWhen(SharedData.Folder is null, SharedData.Missing);
        var results = new List<Result>();
        foreach (var query in ReadQueries()) results.Add(await Measure(query));

        var report = Report(results);
        TestContext.Current.TestOutputHelper?.WriteLine(report);
        if (Environment.GetEnvironmentVariable(ReportVariable) is { Length: > 0 } file)
            await File.WriteAllTextAsync(file, report, TestContext.Current.CancellationToken);
        Assert.All(results.GroupBy(result => result.Query.Class), group =>
            Assert.True(group.Average(result => result.Recall) >= LeastRecall, $"{group.Key}\n{report}"));
    }

    [Fact]
    public async Task Suggestions_come_in_less_than_5_ms_at_the_median()
    {
        Assert.SkipWhen(SharedData.Folder is null, SharedData.Missing);
        await catalogue.Database.Suggestions.Refresh(TestContext.Current.CancellationToken);
        var times = new List<double>();
        foreach (var query in ReadQueries())
            for (var length = 1; length <= query.Text.Length; length++)
            {
                var began = Stopwatch.GetTimestamp();
                catalogue.Database.Suggestions.For(query.Text[..length], First);
                times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }

        times.Sort();
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{times.Count} beginnings, median {times[times.Count / 2]:F3} ms, p99 {times[times.Count * 99 / 100]:F3} ms");
        Assert.True(times[times.Count / 2] < 5);
    }

    [Fact]
    public void There_are_ten_queries_of_each_class_or_more() =>
        Assert.All(ReadQueries().CountBy(query => query.Class), group => Assert.True(group.Value >= 10, group.Key));

    private async Task<Result> Measure(RelevantQuery query)
    {
        var hits = await catalogue.Database.Engine.Search(
            new SearchQuery { Text = query.Text, Limit = First }, TestContext.Current.CancellationToken);
        var skus = hits!.Skus.ToList();
        var found = query.Skus.Count(skus.Contains);
        var place = skus.FindIndex(query.Skus.Contains);
        return new Result(query, found / (double)query.Skus.Count, place < 0 ? 0 : 1.0 / (place + 1));
    }

    /// <summary>Mean recall@10 and mean reciprocal rank of the first right one, by class; and what was missed.</summary>
    private static string Report(List<Result> results)
    {
        var text = new StringBuilder("| class of query | queries | recall@10 | MRR |\n|---|---|---|---|\n");
        void Add(string name, IReadOnlyCollection<Result> of) => text.Append(CultureInfo.InvariantCulture,
            $"| {name} | {of.Count} | {of.Average(result => result.Recall):F3} | {of.Average(result => result.Rank):F3} |\n");
        foreach (var group in results.GroupBy(result => result.Query.Class)) Add(group.Key, [.. group]);
        Add("all", results);
        foreach (var result in results.Where(result => result.Recall < 1))
            text.Append(CultureInfo.InvariantCulture, $"\n- *{result.Query.Text}*: {result.Recall:P0}");
        return text.Append('\n').ToString();
    }

    private static List<RelevantQuery> ReadQueries()
    {
        using var stream = typeof(RelevanceTests).Assembly.GetManifestResourceStream("queries.csv")!;
        using var reader = new StreamReader(stream);
        return
        [
            .. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1)
                .Select(line => line.Split(',', 4))
                .GroupBy(fields => (Class: fields[0], Text: fields[1]), fields => fields[2])
                .Select(group => new RelevantQuery(group.Key.Class, group.Key.Text, group.ToHashSet())),
        ];
    }

    private sealed record RelevantQuery(string Class, string Text, IReadOnlySet<string> Skus);

    private sealed record Result(RelevantQuery Query, double Recall, double Rank);
}

/// <summary>The public data set in catalogue and index, if it is there.</summary>
public sealed class RealCatalogue : IAsyncLifetime
{
    internal SearchDatabase Database { get; } = new();

    public async ValueTask InitializeAsync()
    {
        await Database.InitializeAsync();
        if (SharedData.Folder is not { } data) return;
        await Database.Import(data, "--stock", "0");
        await Database.Rebuild.Run(_ => { }, TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync() => Database.DisposeAsync();
}
