using System.Net.Sockets;
using Npgsql;

namespace Shop.Messaging;

/// <summary>
/// Tells a database that is away from a statement that is at fault: a message that meets one waits, and uses up no attempt.
/// </summary>
public static class Outage
{
    /// <summary>How long a message waits in hand, well below the 30 minutes after which the broker takes it back.</summary>
    public const int Attempts = 300;

    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>A statement that takes too long is no outage: it may be the caller's own.</summary>
    public static bool IsBehind(Exception exception) => exception switch
    {
        PostgresException { SqlState: PostgresErrorCodes.QueryCanceled } => false,
        PostgresException postgres => IsOfTheServer(postgres),
        NpgsqlException { InnerException: SocketException or IOException } => true,
        { InnerException: { } inner } => IsBehind(inner),
        _ => false,
    };

    /// <summary>08 connection, 53 resources, 57 operator intervention, 58 system error.</summary>
    public static bool IsOfTheServer(PostgresException postgres) => postgres.SqlState[..2] is "08" or "53" or "57" or "58";
}
