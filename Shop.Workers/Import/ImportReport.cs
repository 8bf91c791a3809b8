namespace Shop.Workers.Import;

/// <summary>Tells on the console how an import goes: a line a second, the first rejects, the sums.</summary>
internal sealed class ImportReport(TextWriter output, TimeProvider clock)
{
    public const int MaxListed = 50;
    private static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(1);

    private string source = "";
    private string what = "";
    private long read;
    private long changed;
    private long rejectedHere;
    private long started;
    private long lastLine;

    /// <summary>Records that were not taken, in all files.</summary>
    public long Rejected { get; private set; }

    public void Begin(string source, string what)
    {
        this.source = source;
        this.what = what;
        read = changed = rejectedHere = 0;
        started = lastLine = clock.GetTimestamp();
    }

    public void Read(int records)
    {
        read += records;
        if (clock.GetElapsedTime(lastLine) < LineEvery)
            return;
        lastLine = clock.GetTimestamp();
        Say($"{source}: {read:N0} {what} read, {PerSecond():N0}/s");
    }

    public void Changed(int rows) => changed += rows;

    public void Reject(int number, string reason)
    {
        rejectedHere++;
        Rejected++;
        if (Rejected <= MaxListed)
            Say($"{source}: record {number} rejected: {reason}");
        else if (Rejected == MaxListed + 1)
            Say("More rejects are counted, not listed.");
    }

    public void End() =>
        Say($"{source}: {read:N0} {what} read, {changed:N0} created or changed, {rejectedHere:N0} rejected, "
            + $"in {clock.GetElapsedTime(started).TotalSeconds:N1} s ({PerSecond():N0}/s)");

    public void Note(string text) => Say(text);

    private double PerSecond() => read / Math.Max(clock.GetElapsedTime(started).TotalSeconds, 0.001);

    private void Say(string line) => output.WriteLine(line);
}
