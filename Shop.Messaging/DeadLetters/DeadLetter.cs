using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Shop.Messaging.Hosting;

namespace Shop.Messaging.DeadLetters;

/// <summary>A message that was given up on, with all it takes to understand it, and to send it once more.</summary>
public sealed class DeadLetter
{
    public Guid Id { get; init; }
    public required string Queue { get; init; }
    public Guid? MessageId { get; init; }

    /// <summary>The kinds of message it is, as the envelope names them; empty if it could not be read.</summary>
    public required string MessageType { get; init; }

    public required string ContentType { get; init; }
    public required byte[] Body { get; init; }

    /// <summary>The exception's type: what dead letters are grouped by.</summary>
    public required string Fault { get; init; }

    public required string Detail { get; init; }
    public DateTimeOffset ParkedAt { get; init; }
    public DeadLetterState State { get; set; }
    public DateTimeOffset? SettledAt { get; set; }
}

public enum DeadLetterState
{
    Parked,
    Replayed,
    Discarded,
}

/// <summary>The schema <c>messaging</c>: one park for the messages of every host.</summary>
public sealed class DeadLettersDbContext(DbContextOptions<DeadLettersDbContext> options) : DbContext(options)
{
    public const string Schema = "messaging";

    public DbSet<DeadLetter> DeadLetters => Set<DeadLetter>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema(Schema);
        modelBuilder.Entity<DeadLetter>(letter =>
        {
            letter.ToTable("dead_letter");
            letter.HasKey(row => row.Id);
            letter.Property(row => row.State).HasConversion<string>();
            letter.Property(row => row.ParkedAt).HasDefaultValueSql("now()");
            letter.HasIndex(row => new { row.State, row.ParkedAt });
        });
    }
}

internal sealed class DeadLettersDesign : IDesignTimeDbContextFactory<DeadLettersDbContext>
{
    public DeadLettersDbContext CreateDbContext(string[] args) => new(ContextOptions.ForDesign<DeadLettersDbContext>());
}
