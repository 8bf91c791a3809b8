using Microsoft.EntityFrameworkCore;
using Npgsql;
using Shop.Messaging.Hosting;
using Shop.Workers.Catalog;

namespace Shop.Workers.Import;

/// <summary>How far a file was taken before.</summary>
internal readonly record struct Checkpoint(int Records, bool Finished);

/// <summary>
/// Remembers how far the files were taken. What is behind a checkpoint is written for good; what is before it may be
/// written too, and is written once more, which changes nothing.
/// </summary>
internal sealed class ImportCheckpoints(NpgsqlDataSource catalog, bool again)
{
    /// <returns>Nothing for a file that is new, was changed, or is to be taken again.</returns>
    public async Task<Checkpoint> Find(string name, int stock, string content, CancellationToken cancellationToken)
    {
        if (again) return default;
        await using var database = new CatalogDbContext(ContextOptions.Of<CatalogDbContext>(catalog));
        return await database.ImportedFiles
            .Where(file => file.Name == name && file.Stock == stock && file.Content == content)
            .Select(file => new Checkpoint(file.Records, file.Finished))
            .SingleOrDefaultAsync(cancellationToken);
    }

    public async Task Save(
        string name, int stock, string content, int records, bool finished, CancellationToken cancellationToken)
    {
        await using var command = catalog.CreateCommand(
            """
            insert into catalog.imported_file (name, stock, content, records, finished) values ($1, $2, $3, $4, $5)
            on conflict (name, stock) do update set content = excluded.content, records = excluded.records,
                finished = excluded.finished, updated_at = now()
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = stock });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = content });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = records });
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = finished });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
