using Microsoft.EntityFrameworkCore;
using Npgsql;
using Shop.Messaging.GroupCommit;
using Xunit;

namespace Shop.IntegrationTests.Messaging;

/// <summary>Statements made from the model, against what EF Core itself writes and reads.</summary>
[Collection(MessagingTests.Name)]
public sealed class SetStatementTests(MessagingHost host)
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, 123, 456, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Shapes => ["full", "empty"];

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task An_inserted_row_equals_the_one_that_EF_Core_writes(string shape)
    {
        var (ours, theirs) = (Make(shape), Make(shape));

        await Write(rows => rows.Insert(ours));
        await using (var context = host.OpenContext())
        {
            context.Add(theirs);
            await context.SaveChangesAsync(Token);
        }

        Assert.Equal(await AsJson(theirs.Id), await AsJson(ours.Id));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task An_updated_row_equals_the_one_that_EF_Core_writes(string shape)
    {
        var (ours, theirs) = (Make("full"), Make("full"));
        await Write(rows => rows.Insert(ours), rows => rows.Insert(theirs));
        Change(ours, shape);
        await Write(rows => rows.Update(ours));
        await using (var context = host.OpenContext())
        {
            var row = await context.Set<Specimen>().SingleAsync(specimen => specimen.Id == theirs.Id, Token);
            Change(row, shape);
            row.Version++;
            await context.SaveChangesAsync(Token);
        }

        Assert.Equal(await AsJson(theirs.Id), await AsJson(ours.Id));
    }

    [Fact]
    public async Task A_deleted_row_is_gone()
    {
        var (gone, kept) = (Make("full"), Make("full"));
        await Write(rows => rows.Insert(gone), rows => rows.Insert(kept));

        await Write(rows => rows.Delete(gone));

        Assert.Null(await AsJson(gone.Id));
        Assert.NotNull(await AsJson(kept.Id));
    }

    [Fact]
    public async Task A_stale_version_undoes_the_whole_batch()
    {
        var (stale, fresh, added) = (Make("full"), Make("full"), Make("full"));
        await Write(rows => rows.Insert(stale), rows => rows.Insert(fresh));
        var before = await AsJson(fresh.Id);
        stale.Version = 7;
        fresh.Name = "changed";

        var refused = await Assert.ThrowsAsync<PostgresException>(() =>
            Write(rows => rows.Insert(added), rows => rows.Update(fresh), rows => rows.Update(stale)));

        Assert.Equal(PostgresErrorCodes.DivisionByZero, refused.SqlState);
        Assert.Equal((before, null), (await AsJson(fresh.Id), await AsJson(added.Id)));
    }

    [Fact]
    public async Task A_stale_version_is_not_deleted()
    {
        var stale = Make("full");
        await Write(rows => rows.Insert(stale));
        stale.Version = 7;

        await Assert.ThrowsAsync<PostgresException>(() => Write(rows => rows.Delete(stale)));

        Assert.NotNull(await AsJson(stale.Id));
    }

    [Fact]
    public async Task One_row_updated_twice_in_a_group_is_refused()
    {
        var one = Make("full");
        var again = new Specimen { Id = one.Id, Name = "again" };
        await Write(rows => rows.Insert(one));

        var refused = await Assert.ThrowsAsync<PostgresException>(() =>
            Write(rows => rows.Update(one), rows => rows.Update(again)));

        Assert.Equal(PostgresErrorCodes.DivisionByZero, refused.SqlState);
    }

    [Fact]
    public async Task A_key_that_is_there_is_refused_on_insert_and_left_alone_on_insert_once()
    {
        var row = Make("full");
        await Write(rows => rows.Insert(row));
        var before = await AsJson(row.Id);
        row.Name = "another";

        var refused = await Assert.ThrowsAsync<PostgresException>(() => Write(rows => rows.Insert(row)));
        await Write(rows => rows.InsertOnce(row));

        Assert.Equal(PostgresErrorCodes.UniqueViolation, refused.SqlState);
        Assert.Equal(before, await AsJson(row.Id));
    }

    [Fact]
    public async Task Many_rows_are_one_statement()
    {
        var rows = Enumerable.Range(0, 100).Select(_ => Make("full")).ToList();
        var sets = rows.Select(row =>
        {
            var set = new RowSet();
            set.Insert(row);
            return set;
        });
        await using var connection = await host.Source.OpenConnectionAsync(Token);
        await using var batch = connection.CreateBatch();
        await using var context = host.OpenContext();

        SetStatements.AppendTo(batch, context, sets);

        Assert.Single(batch.BatchCommands);
        Assert.Equal(100, await batch.ExecuteNonQueryAsync(Token));
    }

    private static Specimen Make(string shape)
    {
        var specimen = new Specimen { Id = Guid.NewGuid(), SeenAt = Noon };
        if (shape == "full") Change(specimen, shape);
        return specimen;
    }

    private static void Change(Specimen specimen, string shape)
    {
        var full = shape == "full";
        specimen.Name = full ? "Ünïcode \"quoted\", {braced} \\ back" : "";
        specimen.Remark = full ? "NULL" : null;
        specimen.Parent = full ? new Guid("0192aa00-0000-7000-8000-0000000000ff") : null;
        specimen.Amount = full ? long.MaxValue : 0;
        specimen.Limit = full ? long.MinValue : null;
        specimen.Quantity = full ? -3 : 0;
        specimen.Active = full;
        specimen.SeenAt = full ? Noon : DateTimeOffset.UnixEpoch;
        specimen.GoneAt = full ? Noon.AddTicks(10) : null;
        specimen.Details = full ? new Details("it's {\"json\"}", [1, 2, 3]) : null;
        specimen.Colour = full ? Colour.DarkGreen : Colour.Red;
    }

    private async Task Write(params Action<RowSet>[] writes)
    {
        var sets = writes.Select(write =>
        {
            var set = new RowSet();
            write(set);
            return set;
        });
        await using var connection = await host.Source.OpenConnectionAsync(Token);
        await using var batch = connection.CreateBatch();
        await using var context = host.OpenContext();
        SetStatements.AppendTo(batch, context, sets);
        await batch.ExecuteNonQueryAsync(Token);
    }

    /// <summary>Every column of a row but its key; null if there is none.</summary>
    private Task<string?> AsJson(Guid id) =>
        host.Read<string?>("select (to_jsonb(s) - 'id')::text from tests.specimen s where id = $1", id);
}
