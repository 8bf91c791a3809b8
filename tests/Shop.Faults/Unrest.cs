using System.Globalization;
using System.Text;
using Npgsql;

namespace Shop.Faults;

/// <summary>
/// What is still under way in a shop that does not come to rest, for whoever has to find out why: what the broker's console
/// says, what the broker itself says, and what each host waits for.
/// </summary>
internal static class Unrest
{
    private static readonly TimeSpan DumpLimit = TimeSpan.FromSeconds(90);

    /// <summary>Writes <c>unrest.txt</c>, and says the shorter part of it.</summary>
    public static async Task Tell(
        ProvedShop shop, string what, DirectoryInfo folder, TextWriter to, CancellationToken cancellationToken)
    {
        var text = new StringBuilder().AppendLine(what);
        try
        {
            foreach (var line in await shop.Broker.Tell(cancellationToken)) text.AppendLine(line);
            text.Append(await Waiting(shop.Database, cancellationToken));
        }
        catch (Exception away) when (away is HttpRequestException or NpgsqlException)
        {
            text.AppendLine(away.Message);
        }

        await to.WriteLineAsync(text, cancellationToken);
        if (shop.Servers is { } servers)
        {
            string[] columns = ["name", "messages_ready", "messages_unacknowledged", "messages", "consumers", "state"];
            text.AppendLine().AppendLine(await servers.AskBroker(
                ["list_queues", "-p", shop.Broker.Name, "--silent", .. columns], cancellationToken));
            text.AppendLine(await servers.AskBroker(["list_consumers", "-p", shop.Broker.Name, "--silent"], cancellationToken));
        }

        foreach (var host in shop.Workers.Concat(shop.Sagas))
            text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"## {host.Name}").AppendLine(await Waits(host, folder, cancellationToken));
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "unrest.txt"), text.ToString(), cancellationToken);
    }

    /// <summary>Sessions of the hosts that wait for a lock or hold a transaction open.</summary>
    private static async Task<string> Waiting(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("""
            select application_name || ': ' || state || ' since ' || (now() - state_change)::text || ', waits for '
                || coalesce(wait_event_type || ' ' || wait_event, 'nothing') || ': ' || left(regexp_replace(query, '\s+', ' ', 'g'), 120)
            from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle' limit 40
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var text = new StringBuilder();
        while (await reader.ReadAsync(cancellationToken)) text.AppendLine(reader.GetString(0));
        return text.ToString();
    }

    /// <summary>
    /// The asynchronous calls that have not ended, by <c>dotnet-dump</c> where it is installed. The dump itself holds what
    /// people typed, and goes at once.
    /// </summary>
    private static async Task<string> Waits(HostProcess host, DirectoryInfo folder, CancellationToken cancellationToken)
    {
        if (host.Id is not { } id) return "does not run";
        var dump = Path.Combine(folder.FullName, $"{host.Name}.dmp");
        try
        {
            var (code, said) = await Tool.Run(
                "dotnet-dump", ["collect", "-p", $"{id}", "--type", "Heap", "-o", dump], DumpLimit, cancellationToken);
            return code != 0 ? said : (await Tool.Run(
                "dotnet-dump", ["analyze", dump, "-c", "dumpasync --coalesce", "-c", "exit"], DumpLimit, cancellationToken)).Said;
        }
        finally
        {
            File.Delete(dump);
        }
    }
}
