using Microsoft.EntityFrameworkCore;
using Npgsql;
using Shop.Messaging.Outbox;

namespace Shop.Messaging.GroupCommit;

/// <summary>Writes units of work: their rows, their timers and their outgoing messages, a set a table.</summary>
internal static class UnitWriter
{
    public static void Append(NpgsqlBatch batch, DbContext context, string schema, IReadOnlyCollection<UnitOfWork> units)
    {
        SetStatements.AppendTo(batch, context, units.Select(unit => unit.Rows));
        MessagingTables.Append(batch, schema, units);
    }
}
