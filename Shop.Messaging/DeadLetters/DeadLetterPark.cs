using MassTransit;
using Microsoft.EntityFrameworkCore;
using Shop.Messaging.Outbox;

namespace Shop.Messaging.DeadLetters;

/// <summary>Where messages stand that were given up on, for someone to see, replay or discard.</summary>
public sealed class DeadLetterPark(IDbContextFactory<DeadLettersDbContext> contexts, IBus bus, TimeProvider time)
{
    /// <summary>The oldest first, at most 100.</summary>
    public async Task<IReadOnlyList<DeadLetter>> List(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.DeadLetters.AsNoTracking().Where(letter => letter.State == DeadLetterState.Parked)
            .OrderBy(letter => letter.ParkedAt).Take(100).ToListAsync(cancellationToken);
    }

    /// <summary>Sends it to its queue again, as it was and under its own id, and says so. Safe to repeat.</summary>
    /// <returns>False if there is no such letter, or it was discarded.</returns>
    /// <exception cref="TimeoutException">The broker did not take it; it stays parked.</exception>
    public async Task<bool> Replay(Guid id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var letter = await context.DeadLetters.FindAsync([id], cancellationToken);
        if (letter is null or { State: DeadLetterState.Discarded }) return false;
        var error = await OutboxDelivery<DeadLettersDbContext>.Publish(new OutgoingMessage
        {
            MessageId = letter.MessageId ?? letter.Id,
            Source = letter.Id,
            Destination = "exchange:" + letter.Queue,
            ContentType = letter.ContentType,
            Body = letter.Body,
            Mandatory = true,
        }, bus, cancellationToken);
        if (error is not null) throw new TimeoutException($"The broker did not take message {letter.MessageId}.", error);
        await Settle(context, letter, DeadLetterState.Replayed, cancellationToken);
        return true;
    }

    /// <returns>False if there is no such letter.</returns>
    public async Task<bool> Discard(Guid id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await context.DeadLetters.FindAsync([id], cancellationToken) is not { } letter) return false;
        await Settle(context, letter, DeadLetterState.Discarded, cancellationToken);
        return true;
    }

    private async Task Settle(
        DeadLettersDbContext context, DeadLetter letter, DeadLetterState state, CancellationToken cancellationToken)
    {
        letter.State = state;
        letter.SettledAt = time.GetUtcNow();
        await context.SaveChangesAsync(cancellationToken);
    }
}
