using Npgsql;

namespace Shop.Messaging.GroupCommit;

/// <summary>
/// Runs a group, and when it fails for what one member brought, halves it until the bad member stands alone: its
/// neighbours succeed, and it fails with its own error. Costs about 2·log2(n) runs for one bad member of n.
/// </summary>
public static class Bisection
{
    public static async Task Run<T>(
        IReadOnlyList<T> members,
        Func<IReadOnlyList<T>, Task> attempt,
        Action<T> succeeded,
        Action<T, Exception> failed)
    {
        try
        {
            await attempt(members);
        }
        catch (Exception exception) when (members.Count > 1 && IsOfOneMember(exception))
        {
            var half = members.Count / 2;
            await Run([.. members.Take(half)], attempt, succeeded, failed);
            await Run([.. members.Skip(half)], attempt, succeeded, failed);
            return;
        }
        catch (Exception exception)
        {
            foreach (var member in members) failed(member, exception);
            return;
        }

        foreach (var member in members) succeeded(member);
    }

    /// <summary>Whether splitting can help: not when the server, the connection or the whole call is at fault.</summary>
    private static bool IsOfOneMember(Exception exception) => exception switch
    {
        PostgresException postgres => !Outage.IsOfTheServer(postgres),
        NpgsqlException or OperationCanceledException or TimeoutException => false,
        _ => true,
    };
}
