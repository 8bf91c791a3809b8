using System.Globalization;
using System.Text.Json;

namespace Shop.Faults;

/// <summary>How a checkout was answered, as its customer saw it.</summary>
internal enum VisitOutcome
{
    /// <summary>Their cart could not be filled.</summary>
    NotAsked,

    /// <summary>Nothing but silence and "later": it may be ordered or not.</summary>
    Unanswered,
    Accepted,
    Refused,
}

/// <summary>One customer's one checkout: what was asked for, and everything that was answered.</summary>
internal sealed class Visit
{
    public required int Number { get; init; }

    /// <summary>What they came for, such as <c>rush-3</c>.</summary>
    public required string Purpose { get; init; }

    public required string Key { get; init; }

    /// <summary>Made up for this visit alone, so that its orders can be told.</summary>
    public required string Email { get; init; }

    public VisitOutcome Outcome { get; set; }
    public Guid? OrderId { get; set; }
    public byte[]? Body { get; set; }

    /// <summary>The status and code of a refusal.</summary>
    public string? Refusal { get; set; }

    /// <summary>The guest's cookie, which shows the order.</summary>
    public string? Session { get; set; }

    public int Repeats { get; set; }

    /// <summary>Answers that contradict the first: other bytes, another order, a refusal of what was accepted.</summary>
    public int Unlike { get; set; }
}

/// <summary>
/// What customers asked and were answered, written down before each request and after each answer, in a file that only
/// they write.
/// </summary>
internal sealed class BuyersJournal : IDisposable
{
    private const int MostVisits = 1_000_000;

    private readonly StreamWriter _file;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly List<Visit> _visits = [];

    public BuyersJournal(string path, TimeProvider time)
    {
        _time = time;
        _file = new StreamWriter(path) { AutoFlush = true };
    }

    public IReadOnlyList<Visit> Visits
    {
        get
        {
            lock (_lock) return [.. _visits];
        }
    }

    public Visit Open(string purpose)
    {
        lock (_lock)
        {
            if (_visits.Count == MostVisits) throw new ProofFailedException($"Over {MostVisits} visits.");
            var number = _visits.Count;
            var visit = new Visit
            {
                Number = number,
                Purpose = purpose,
                Key = Guid.NewGuid().ToString("N"),
                Email = string.Create(CultureInfo.InvariantCulture, $"visit{number}@proof.example.org"),
            };
            _visits.Add(visit);
            return visit;
        }
    }

    public void Asks(Visit visit, string what) => Write(new { at = Now(), visit = visit.Number, asks = what, key = visit.Key });

    public void Hears(Visit visit, string what, int status, Guid? orderId = null) =>
        Write(new { at = Now(), visit = visit.Number, hears = what, status, order = orderId });

    public void Dispose() => _file.Dispose();

    private long Now() => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private void Write(object line)
    {
        var text = JsonSerializer.Serialize(line);
        lock (_lock) _file.WriteLine(text);
    }
}
