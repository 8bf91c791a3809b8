using Microsoft.EntityFrameworkCore;
using Shop.Messaging.Hosting;
using Shop.Messaging.Outbox;

namespace Shop.IntegrationTests.Messaging;

/// <summary>A context like any other of the house, for the tests of what carries messages.</summary>
internal sealed class TestsDbContext(DbContextOptions<TestsDbContext> options) : DbContext(options)
{
    public const string Schema = "tests";

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema(Schema);
        modelBuilder.AddMessagingTables();
        modelBuilder.Entity<Note>(note =>
        {
            note.ToTable("note", table => table.HasCheckConstraint("ck_note_text", $"text <> '{Note.Poison}'"));
            note.HasKey(row => row.Id);
            note.Property(row => row.Id).ValueGeneratedNever();
        });
        modelBuilder.Entity<Specimen>(specimen =>
        {
            specimen.ToTable("specimen");
            specimen.HasKey(row => row.Id);
            specimen.Property(row => row.Id).ValueGeneratedNever();
            specimen.Property(row => row.Details).HasJsonb();
            specimen.Property(row => row.Colour).HasConversion(UpperSnake.Of<Colour>());
            specimen.Property(row => row.Version).IsConcurrencyToken();
        });
        AddTally<PlainTally>(modelBuilder, "plain_tally");
        AddTally<GroupTally>(modelBuilder, "group_tally");
        modelBuilder.Entity<TallyLine>(line =>
        {
            line.ToTable("tally_line");
            line.HasKey(row => new { row.TallyId, row.Sequence });
        });
    }

    private static void AddTally<TTally>(ModelBuilder modelBuilder, string table)
        where TTally : Tally => modelBuilder.Entity<TTally>(tally =>
        {
            tally.ToTable(table);
            tally.HasKey(row => row.CorrelationId);
            tally.Property(row => row.CorrelationId).HasColumnName("id").ValueGeneratedNever();
            tally.Property(row => row.Version).IsConcurrencyToken();
        });
}

/// <summary>A row that a consumer writes.</summary>
internal sealed class Note
{
    /// <summary>A text that the table refuses.</summary>
    public const string Poison = "poison";

    public Guid Id { get; init; }
    public required string Text { get; init; }
}

/// <summary>A row with a column of every type in use.</summary>
internal sealed class Specimen
{
    public Guid Id { get; init; }
    public string Name { get; set; } = "";
    public string? Remark { get; set; }
    public Guid? Parent { get; set; }
    public long Amount { get; set; }
    public long? Limit { get; set; }
    public int Quantity { get; set; }
    public bool Active { get; set; }
    public DateTimeOffset SeenAt { get; set; }
    public DateTimeOffset? GoneAt { get; set; }
    public Details? Details { get; set; }
    public Colour Colour { get; set; }
    public int Version { get; set; }
}

internal sealed record Details(string Title, IReadOnlyList<int> Sizes);

internal enum Colour
{
    Red,
    DarkGreen,
}
