namespace Shop.Workers.Import;

/// <summary>
/// Tells on the console how an import goes: a line a second, the first rejects, the sums; and of all rejects elsewhere, if
/// that is wanted.
/// </summary>
internal sealed class ImportReport(TextWriter output, TextWriter? rejects, TimeProvider clock)
{
    public const int MaxListed = 50;
    public const string RejectsHeader = "file\tline\trecord\treason";
    private static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(1);

    private string _source = "";
    private string _what = "";
    private long _read;
    private long _changed;
    private long _receipts;
    private long _rejectedHere;
    private long _skipped;
    private long _started;
    private long _lastLine;

    /// <summary>Records that were not taken, in all files.</summary>
    public long Rejected { get; private set; }

    public void Begin(string source, string what)
    {
        _source = source;
        _what = what;
        _read = _changed = _receipts = _rejectedHere = _skipped = 0;
        _started = _lastLine = clock.GetTimestamp();
    }

    public void Read(int records)
    {
        _read += records;
        if (clock.GetElapsedTime(_lastLine) < LineEvery)
            return;
        _lastLine = clock.GetTimestamp();
        Say($"{_source}: {_read:N0} {_what} read, {PerSecond():N0}/s");
    }

    public void Changed(int rows) => _changed += rows;

    /// <summary>Records that an earlier run has written.</summary>
    public void Skipped(int records) => _skipped += records;

    public void Stocked(int receipts) => _receipts += receipts;

    public void Reject(RecordPlace place, string reason)
    {
        _rejectedHere++;
        Rejected++;
        if (Rejected <= MaxListed)
            Say($"{_source}: {(place.Line > 0 ? $"line {place.Line}, " : "")}record {place.Number} rejected: {reason}");
        else if (Rejected == MaxListed + 1)
            Say("More rejects are counted, not listed; --rejects FILE has all.");
        if (Rejected == 1)
            rejects?.WriteLine(RejectsHeader);
        rejects?.WriteLine($"{Cell(_source)}\t{place.Line}\t{place.Number}\t{Cell(reason)}");
    }

    public void End() =>
        Say($"{_source}: {_read:N0} {_what} read, {_changed:N0} created or changed, {_rejectedHere:N0} rejected, "
            + (_skipped > 0 ? $"{_skipped:N0} written before, " : "")
            + (_receipts > 0 ? $"{_receipts:N0} stock receipts, " : "")
            + $"in {clock.GetElapsedTime(_started).TotalSeconds:N1} s ({PerSecond():N0}/s)");

    public void Note(string text) => Say(text);

    private static string Cell(string text) => text.ReplaceLineEndings(" ").Replace('\t', ' ');

    private double PerSecond() => _read / Math.Max(clock.GetElapsedTime(_started).TotalSeconds, 0.001);

    private void Say(string line) => output.WriteLine(line);
}
