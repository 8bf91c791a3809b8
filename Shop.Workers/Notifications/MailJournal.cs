using System.Text.Json;
using Npgsql;
using Shop.Messaging.Hosting;

namespace Shop.Workers.Notifications;

/// <summary>A mail in hand. The lease is by its number of attempts: whoever took it up later has a higher one.</summary>
internal sealed record MailInHand(
    Guid Id, Guid OrderId, MailTemplate Template, string Address, MailContent Content, int Attempts,
    DateTimeOffset CreatedAt)
{
    /// <summary>Printed, it does not tell the person.</summary>
    public override string ToString() => $"{nameof(MailInHand)} {{ Id = {Id}, Attempts = {Attempts} }}";
}

/// <summary>
/// What became of each mail, by the database's clock. A mail is marked before its text is given away
/// (<see cref="Begin"/>); one whose mark nobody takes back may have been taken, and is never sent again.
/// </summary>
internal sealed class MailJournal(Database<NotificationsDbContext> database)
{
    private const int LongestError = 500;

    private const string ClaimSql = """
        update notifications.mail mail
        set due_at = now() + interval '30 seconds', attempts = mail.attempts + 1
        from (
            select id from notifications.mail where status = 'WAITING' and due_at <= now()
            order by due_at limit $1 for update skip locked) due
        where mail.id = due.id
        returning mail.id, mail.order_id, mail.template, mail.address, mail.content::text, mail.attempts, mail.created_at
        """;

    private const string BeginSql = """
        update notifications.mail
        set status = 'SENDING', transmissions = transmissions + 1, due_at = now() + interval '5 minutes'
        where id = $1 and attempts = $2 and status = 'WAITING' and due_at > now()
        """;

    private const string SentSql = """
        update notifications.mail set status = 'SENT', settled_at = now(), last_error = null
        where id = $1 and attempts = $2 and status in ('SENDING', 'UNKNOWN')
        """;

    /// <summary>
    /// It was certainly not taken. $4 says whether it ends here; $5 is the pause, spread by a quarter, so that mails that
    /// failed together do not come again together.
    /// </summary>
    private const string NotSentSql = """
        update notifications.mail
        set transmissions = transmissions - case when status = 'WAITING' then 0 else 1 end,
            status = case when $4 then 'DEAD' else 'WAITING' end,
            settled_at = case when $4 then now() end,
            due_at = now() + $5 * (0.75 + 0.5 * random()),
            last_error = $3
        where id = $1 and attempts = $2 and status in ('WAITING', 'SENDING', 'UNKNOWN')
        """;

    private const string UncertainSql = """
        update notifications.mail set status = 'UNKNOWN', settled_at = now(), last_error = $3
        where id = $1 and attempts = $2 and status = 'SENDING'
        """;

    private const string GiveUpSql = """
        update notifications.mail
        set status = case when status = 'SENDING' then 'UNKNOWN' else 'LAPSED' end, settled_at = now(),
            last_error = case when status = 'SENDING' then 'Whoever was sending it did not say what became of it.'
                else 'It waited for too long.' end
        where id = any(array(
            select id from notifications.mail
            where status in ('WAITING', 'SENDING') and due_at <= now()
                and (status = 'SENDING' or created_at < now() - $1)
            order by due_at limit $2 for update skip locked))
        """;

    private const string ForgetSql = """
        update notifications.mail set address = '', content = null
        where id = any(array(
            select id from notifications.mail where address <> '' and settled_at < now() - $1
            order by settled_at limit $2 for update skip locked))
        """;

    /// <summary>
    /// Takes up mails that are due, for half a minute, in which they have to be begun; the longest due first.
    /// </summary>
    public async Task<List<MailInHand>> Claim(int most, CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand(ClaimSql);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = most });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var mails = new List<MailInHand>();
        while (await reader.ReadAsync(cancellationToken))
            mails.Add(new MailInHand(
                reader.GetGuid(0), reader.GetGuid(1), UpperSnake.Read<MailTemplate>(reader.GetString(2)),
                reader.GetString(3), JsonSerializer.Deserialize<MailContent>(reader.GetString(4), JsonSerializerOptions.Web)!,
                reader.GetInt32(5), reader.GetFieldValue<DateTimeOffset>(6)));
        return mails;
    }

    /// <summary>Marks that its text is about to be given away.</summary>
    /// <returns>False if it is not ours any more: then it must not be sent.</returns>
    public Task<bool> Begin(MailInHand mail) => Write(BeginSql, mail);

    public Task Sent(MailInHand mail) => Write(SentSql, mail);

    /// <summary>It was certainly not taken.</summary>
    /// <param name="mail">In hand.</param>
    /// <param name="error">Why, for operators; without the person's address.</param>
    /// <param name="pause">Until the next attempt; null if there is none.</param>
    public Task NotSent(MailInHand mail, string error, TimeSpan? pause) => Write(
        NotSentSql, mail, Text(error), new NpgsqlParameter<bool> { TypedValue = pause is null },
        new NpgsqlParameter<TimeSpan> { TypedValue = pause ?? TimeSpan.Zero });

    /// <summary>It may have been taken.</summary>
    public Task Uncertain(MailInHand mail, string error) => Write(UncertainSql, mail, Text(error));

    /// <summary>
    /// Settles, a bounded number at a time, what was being sent when its sender's lease ran out, and what has waited for
    /// longer than its news lasts.
    /// </summary>
    public Task<int> GiveUp(TimeSpan newsFor, int most, CancellationToken cancellationToken) =>
        Settle(GiveUpSql, newsFor, most, cancellationToken);

    /// <summary>Forgets, a bounded number at a time, whom settled mails went to and what they said.</summary>
    public Task<int> Forget(TimeSpan age, int most, CancellationToken cancellationToken) =>
        Settle(ForgetSql, age, most, cancellationToken);

    private async Task<int> Settle(string sql, TimeSpan age, int most, CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = age });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = most });
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Not to be broken off: what became of a mail must be written down.</summary>
    private async Task<bool> Write(string sql, MailInHand mail, params NpgsqlParameter[] more)
    {
        await using var command = database.Source.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = mail.Id });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = mail.Attempts });
        command.Parameters.AddRange(more);
        return await command.ExecuteNonQueryAsync(CancellationToken.None) == 1;
    }

    private static NpgsqlParameter<string> Text(string error) =>
        new() { TypedValue = error[..Math.Min(error.Length, LongestError)] };
}
