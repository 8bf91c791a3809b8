using System.Text.Json;
using Shop.Workers.Import;
using Xunit;

namespace Shop.Tests.Import;

public sealed class RecordFileTests : IDisposable
{
    private readonly List<int> _lines = [];
    private readonly List<string?> _problems = [];
    private string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData("""[{ "name": "x", "price": 1 }]""", "Products")]
    [InlineData("""[{ "id": "c1", "name": "x", "path": [] }]""", "Categories")]
    [InlineData("""[{ "id": 1, "name": "x", "location": {} }]""", "Stores")]
    [InlineData("""{ "name": "x", "price": 1 }""", "Products")]
    [InlineData("""[{ "name": "x" }]""", "Unknown")]
    [InlineData("""[7]""", "Unknown")]
    [InlineData("[]", "Unknown")]
    [InlineData("", "Unknown")]
    public async Task The_kind_is_told_by_the_shape_of_the_first_record(string text, string kind)
    {
        await File.WriteAllTextAsync(_path, text, TestContext.Current.CancellationToken);

        var told = await new RecordFile(_path).TellKind(TestContext.Current.CancellationToken);

        Assert.Equal(kind, told.ToString());
    }

    [Theory]
    [InlineData("[1, 2, 3]")]
    [InlineData("\uFEFF [1, 2, 3]")]
    [InlineData("1\n2\n3\n")]
    public async Task Records_are_numbered_from_one_in_an_array_and_in_lines(string text) =>
        Assert.Equal([(1, "1"), (2, "2"), (3, "3")], await Read(text));

    [Fact]
    public async Task A_record_that_is_too_large_is_empty_and_the_next_is_read()
    {
        var large = new string('x', RecordFile.MaxRecordBytes);

        Assert.Equal([(1, ""), (2, "2")], await Read($"[\"{large}\", 2]"));
    }

    [Fact]
    public async Task A_record_that_would_fill_the_memory_ends_the_reading() =>
        await Assert.ThrowsAsync<InvalidDataException>(
            () => Read($"[\"{new string('x', 64 * RecordFile.MaxRecordBytes)}\"]"));

    [Theory]
    [InlineData("[1, 2, oops")]
    [InlineData("[1, 2")]
    [InlineData("[1, 2] 3")]
    [InlineData("1 2 oops")]
    public async Task What_is_not_json_ends_the_reading(string text) =>
        await Assert.ThrowsAnyAsync<JsonException>(() => Read(text));

    [Theory]
    [InlineData("[]")]
    [InlineData("[\n]\n")]
    [InlineData("")]
    [InlineData(" \n")]
    public async Task A_file_without_records_has_none(string text) => Assert.Empty(await Read(text));

    [Theory]
    [InlineData("[{\n\"a\":\n1}, 2,\n\n3\n]\n")]
    [InlineData("{\n\"a\":\n1} 2\n\n3\n")]
    public async Task A_record_is_on_the_line_that_it_begins_on(string text)
    {
        await Read(text);

        Assert.Equal([1, 3, 5], _lines);
    }

    [Fact]
    public async Task Lines_are_counted_however_large_the_file_is()
    {
        var text = string.Join(",\n", Enumerable.Range(1, 50_000).Select(number => $"{{ \"number\": {number} }}"));

        await Read($"[{text}]");

        Assert.Equal(Enumerable.Range(1, 50_000), _lines);
    }

    [Theory]
    [InlineData("oops")]
    [InlineData("{ \"a\": ")]
    [InlineData("2 3")]
    [InlineData("[2")]
    public async Task A_line_that_is_not_json_does_no_harm_to_the_others(string bad)
    {
        AsLines();

        Assert.Equal([(1, "1"), (2, ""), (3, "4")], await Read($"1\n{bad}\n\r\n4"));
        Assert.Equal([1, 2, 4], _lines);
        Assert.Equal([null, "The line is not one JSON text.", null], _problems);
    }

    [Fact]
    public async Task A_line_that_is_too_large_is_empty_however_large_and_the_next_is_read()
    {
        AsLines();
        var large = new string('x', 64 * RecordFile.MaxRecordBytes);

        Assert.Equal([(1, "1"), (2, ""), (3, "3"), (4, "")], await Read($"1\n\"{large}\"\n3\n\"{large}\""));
        Assert.Equal([1, 2, 3, 4], _lines);
    }

    [Fact]
    public async Task The_kind_is_told_by_the_first_line_that_is_json()
    {
        AsLines();
        await File.WriteAllTextAsync(
            _path, "oops\n{ \"name\": \"x\", \"price\": 1 }", TestContext.Current.CancellationToken);

        Assert.Equal(RecordKind.Products, await new RecordFile(_path).TellKind(TestContext.Current.CancellationToken));
    }

    private void AsLines()
    {
        File.Delete(_path);
        _path = Path.ChangeExtension(_path, ".jsonl");
    }

    private async Task<List<(int Number, string Text)>> Read(string text)
    {
        await File.WriteAllTextAsync(_path, text, TestContext.Current.CancellationToken);
        var records = new List<(int Number, string Text)>();
        await foreach (var (place, json, problem) in new RecordFile(_path).Read(TestContext.Current.CancellationToken))
        {
            records.Add((place.Number, json.ValueKind == JsonValueKind.Undefined ? "" : json.GetRawText()));
            _lines.Add(place.Line);
            _problems.Add(problem);
        }

        return records;
    }
}
