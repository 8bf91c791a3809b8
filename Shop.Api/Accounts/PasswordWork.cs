using System.Threading.RateLimiting;

namespace Shop.Api.Accounts;

/// <summary>
/// Hashing a password costs a core a tenth of a second or more, on purpose. Half of the cores at most are given to it,
/// and a short queue, so that a flood of logins takes nothing from those who buy.
/// </summary>
internal sealed class PasswordWork : IDisposable
{
    private const int WaitingPerWorker = 16;

    private readonly ConcurrencyLimiter _workers;

    public PasswordWork()
    {
        var workers = Math.Max(1, Environment.ProcessorCount / 2);
        _workers = new ConcurrencyLimiter(new ConcurrencyLimiterOptions
        {
            PermitLimit = workers,
            QueueLimit = workers * WaitingPerWorker,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        });
    }

    /// <summary>Waits for a turn. Without one (<c>IsAcquired</c>), too many wait already.</summary>
    public ValueTask<RateLimitLease> Turn(CancellationToken cancellationToken) =>
        _workers.AcquireAsync(1, cancellationToken);

    public void Dispose() => _workers.Dispose();
}
