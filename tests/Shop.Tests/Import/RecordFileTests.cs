using System.Text.Json;
using Shop.Workers.Import;
using Xunit;

namespace Shop.Tests.Import;

public sealed class RecordFileTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

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

    [Fact]
    public async Task What_is_not_json_ends_the_reading() =>
        await Assert.ThrowsAsync<JsonException>(() => Read("[1, 2, oops"));

    private async Task<List<(int Number, string Text)>> Read(string text)
    {
        await File.WriteAllTextAsync(_path, text, TestContext.Current.CancellationToken);
        var records = new List<(int Number, string Text)>();
        await foreach (var (number, json) in new RecordFile(_path).Read(TestContext.Current.CancellationToken))
            records.Add((number, json.ValueKind == JsonValueKind.Undefined ? "" : json.GetRawText()));
        return records;
    }
}
