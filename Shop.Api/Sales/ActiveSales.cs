using Npgsql;
using Shop.Messaging.Hosting;

namespace Shop.Api.Sales;

/// <summary>
/// A sale as its owner's view has it: units that are reserved or bought, those that can still be had, and what a
/// buyer has on average.
/// </summary>
internal sealed record SaleTerms(
    Guid Id,
    string Sku,
    DateTime StartsAt,
    DateTime EndsAt,
    int PerPersonLimit,
    int Quantity,
    int Taken,
    int Left,
    double? Typical,
    bool HasStarted,
    bool HasEnded,
    byte[] Commitment,
    byte[]? Seed)
{
    public bool IsOpen => HasStarted && !HasEnded;
}

/// <summary>
/// The sales that there are, read twice a second, so that a checkout without one costs nothing. What is read may be a
/// second old: the stock's ledger decides.
/// </summary>
internal sealed partial class ActiveSales(ReadsDatabase database, TimeProvider time, ILogger<ActiveSales> logger) : BackgroundService
{
    private const int Most = 10_000;
    private const int PatienceInSeconds = 5;

    /// <summary>Those that ended are still told of for so long.</summary>
    private const string Statement = """
        select id, sku, starts_at, ends_at, per_person_limit, quantity, taken, units_left, typical_units, has_started, has_ended, commitment, seed
        from inventory.sale_view where ends_at > now() - interval '1 hour'
        order by ends_at limit $1
        """;

    private const string Accounts = """
        select sale_id, units from inventory.purchase_account_view where buyer = $1 and sale_id = any($2)
        """;

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(500);

    private volatile Dictionary<string, SaleTerms> _bySku = new(StringComparer.Ordinal);

    public bool AreNone => _bySku.Count == 0;

    public IEnumerable<SaleTerms> All => _bySku.Values;

    public SaleTerms? Find(string sku) => _bySku.GetValueOrDefault(sku);

    public SaleTerms? FindOpen(string sku) => AreNone || Find(sku) is not { IsOpen: true } sale ? null : sale;

    /// <summary>What a buyer has of sales, units by the sale's id; those without any are not among them.</summary>
    public async Task<Dictionary<Guid, int>> Bought(string buyer, Guid[] sales)
    {
        await using var command = database.Source.CreateCommand(Accounts);
        command.CommandTimeout = PatienceInSeconds;
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = buyer });
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = sales });
        var units = new Dictionary<Guid, int>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync()) units[reader.GetGuid(0)] = reader.GetInt32(1);
        return units;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pace, time);
        var isBlind = false;
        do
        {
            try
            {
                _bySku = await Read(stoppingToken);
                isBlind = false;
            }
            catch (Exception exception) when (exception is NpgsqlException or TimeoutException or InvalidOperationException)
            {
                if (!isBlind) LogBlind(exception);
                isBlind = true;
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task<Dictionary<string, SaleTerms>> Read(CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand(Statement);
        command.CommandTimeout = PatienceInSeconds;
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Most });
        var sales = new Dictionary<string, SaleTerms>(StringComparer.Ordinal);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            sales[reader.GetString(1)] = new SaleTerms(
                reader.GetGuid(0), reader.GetString(1), reader.GetDateTime(2), reader.GetDateTime(3), reader.GetInt32(4),
                reader.GetInt32(5), reader.GetInt32(6), reader.GetInt32(7), reader.IsDBNull(8) ? null : reader.GetDouble(8), reader.GetBoolean(9),
                reader.GetBoolean(10), reader.GetFieldValue<byte[]>(11),
                reader.IsDBNull(12) ? null : reader.GetFieldValue<byte[]>(12));
        return sales;
    }

    [LoggerMessage(LogLevel.Warning, "Sales cannot be read; what was known of them stands.")]
    private partial void LogBlind(Exception exception);
}
