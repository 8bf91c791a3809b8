using Npgsql;

namespace Shop.Messaging.Hosting;

/// <summary>Work outside a consumer that met someone at the same rows. In a consumer the message is retried.</summary>
public static class Conflicts
{
    private const int MostAttempts = 5;

    /// <summary>
    /// Begins work anew that had to give way (40P01, 40001), as a consumer does. It must be a transaction of its own.
    /// </summary>
    /// <param name="work">To be done.</param>
    /// <param name="others">SQLSTATEs that it gives way to besides.</param>
    /// <exception cref="PostgresException">It had to give way five times, or failed otherwise.</exception>
    public static async Task<T> Retry<T>(Func<Task<T>> work, params string[] others)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await work();
            }
            catch (PostgresException gaveWay) when (attempt < MostAttempts
                && (gaveWay.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure
                    || others.Contains(gaveWay.SqlState)))
            {
                // Whoever was in the way has gone on.
            }
        }
    }
}
