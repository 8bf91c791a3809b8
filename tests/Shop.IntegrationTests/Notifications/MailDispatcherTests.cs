using Shop.Workers.Notifications;
using Xunit;

namespace Shop.IntegrationTests.Notifications;

/// <summary>The journal of mails against a mail server that fails in every way. At most one of each leaves it.</summary>
public sealed class When_mails_are_sent(NotificationsDatabase shop) : IClassFixture<NotificationsDatabase>
{
    private readonly string _recipient = NotificationsDatabase.NewRecipient();

    [Fact]
    public async Task One_leaves_however_often_its_event_comes()
    {
        var order = NotificationsDatabase.Confirmed(_recipient);
        await shop.Collect(Mail.Of(order), Mail.Of(order));
        await shop.Dispatch();
        await shop.Collect(Mail.Of(order));
        await shop.Dispatch();

        var mail = Assert.Single(shop.Sink.TakenFor(_recipient)).Message;
        Assert.Contains("is confirmed", mail.Subject, StringComparison.Ordinal);
        Assert.Contains("105.97 USD", mail.TextBody, StringComparison.Ordinal);
        Assert.Equal("SENT 1 1", await shop.StateOf(Mail.Of(order)));
    }

    [Fact]
    public async Task Each_return_of_an_order_has_one_of_its_own()
    {
        var order = Guid.CreateVersion7();
        var (one, other) = (NotificationsDatabase.Refunded(_recipient, order), NotificationsDatabase.Refunded(_recipient, order));
        await shop.Collect(Mail.Of(one), Mail.Of(other), Mail.Of(one));
        await shop.Dispatch();

        Assert.Equal(2, shop.Sink.TakenFor(_recipient).Count);
    }

    [Fact]
    public async Task Two_who_send_at_once_do_not_send_the_same()
    {
        var mails = Enumerable.Range(0, 60).Select(_ => Mail.Of(NotificationsDatabase.Confirmed(_recipient))).ToArray();
        await shop.Collect(mails);

        await Task.WhenAll(shop.Dispatch(), shop.Dispatch(), shop.Dispatch());

        Assert.Equal(
            mails.Select(mail => $"{mail.Id:N}@shop.example").Order(StringComparer.Ordinal),
            shop.Sink.TakenFor(_recipient).Select(mail => mail.Message.MessageId).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(SinkAnswer.RefusesRecipientForNow)]
    [InlineData(SinkAnswer.RefusesTextForNow)]
    [InlineData(SinkAnswer.CutsBeforeText)]
    internal async Task One_that_was_certainly_not_taken_is_sent_later(SinkAnswer answer)
    {
        var mail = await Collected();
        shop.Sink.Answer(_recipient, answer);
        await shop.Dispatch();
        Assert.Equal("WAITING 1 0", await shop.StateOf(mail));
        await shop.Dispatch();
        Assert.Equal("WAITING 1 0", await shop.StateOf(mail));

        shop.Sink.Answer(_recipient, SinkAnswer.Takes);
        await shop.ComesDue(mail);
        await shop.Dispatch();

        Assert.Equal("SENT 2 1", await shop.StateOf(mail));
        Assert.Single(shop.Sink.TakenFor(_recipient));
    }

    [Theory]
    [InlineData(SinkAnswer.RefusesRecipientForGood)]
    [InlineData(SinkAnswer.RefusesTextForGood)]
    internal async Task One_that_is_refused_for_good_is_given_up_and_seen(SinkAnswer answer)
    {
        var mail = await Collected();
        shop.Sink.Answer(_recipient, answer);
        await shop.Dispatch();
        await shop.ComesDue(mail);
        await shop.Dispatch();

        Assert.Equal("DEAD 1 0", await shop.StateOf(mail));
        var escalation = await shop.EscalationOf(mail.OrderId);
        Assert.StartsWith("MAIL_DEAD ORDER_CONFIRMED: 55", escalation, StringComparison.Ordinal);
        Assert.DoesNotContain(_recipient, escalation, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_failed_too_often_is_given_up()
    {
        var mail = await Collected();
        shop.Sink.Answer(_recipient, SinkAnswer.RefusesRecipientForNow);
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            await shop.ComesDue(mail);
            await shop.Dispatch(shop.Dispatcher(mostAttempts: 2));
        }

        Assert.Equal("DEAD 2 0", await shop.StateOf(mail));
    }

    [Fact]
    public async Task All_wait_while_there_is_no_server()
    {
        var mail = await Collected();
        await shop.Dispatch(shop.Dispatcher(reachable: false));
        Assert.Equal("WAITING 1 0", await shop.StateOf(mail));

        await shop.ComesDue(mail);
        await shop.Dispatch();
        Assert.Equal("SENT 2 1", await shop.StateOf(mail));
    }

    [Fact]
    public async Task One_that_may_have_been_taken_is_never_sent_again()
    {
        var mail = await Collected();
        shop.Sink.Answer(_recipient, SinkAnswer.TakesAndCuts);
        await shop.Dispatch();
        shop.Sink.Answer(_recipient, SinkAnswer.Takes);
        await shop.ComesDue(mail);
        await shop.Dispatch();

        Assert.Equal("UNKNOWN 1 1", await shop.StateOf(mail));
        Assert.Single(shop.Sink.TakenFor(_recipient));
        Assert.StartsWith(
            "MAIL_UNKNOWN ORDER_CONFIRMED", await shop.EscalationOf(mail.OrderId), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_does_not_say_whether_it_took_one_leaves_it_unknown()
    {
        var mail = await Collected();
        shop.Sink.Answer(_recipient, SinkAnswer.TakesAndStalls);
        await shop.Dispatch(shop.Dispatcher(milliseconds: 300));

        Assert.Equal("UNKNOWN 1 1", await shop.StateOf(mail));
    }

    [Fact]
    public async Task One_whose_sender_died_with_it_is_not_sent_again_and_known_when_he_was_merely_slow()
    {
        var mail = await Collected();
        shop.Sink.Answer(_recipient, SinkAnswer.TakesAndStalls);
        var slow = shop.Dispatch(shop.Dispatcher(milliseconds: 40_000));
        await Waiting.Until(() => shop.Sink.TakenFor(_recipient).Count == 1);

        await shop.ComesDue(mail);
        await shop.Dispatch();
        Assert.Equal("UNKNOWN 1 1", await shop.StateOf(mail));

        shop.Sink.Release();
        await slow;
        Assert.Equal("SENT 1 1", await shop.StateOf(mail));
        Assert.Single(shop.Sink.TakenFor(_recipient));
    }

    [Fact]
    public async Task One_that_was_held_for_too_long_is_not_begun_by_whoever_held_it()
    {
        var mail = await Collected();
        var journal = new MailJournal(new(shop.Source, NotificationsDbContext.Schema));
        var mine = (await journal.Claim(100, TestContext.Current.CancellationToken)).Single(one => one.Id == mail.Id);
        await shop.ComesDue(mail);
        Assert.False(await journal.Begin(mine));
        await shop.Dispatch();
        Assert.False(await journal.Begin(mine));

        Assert.Equal("SENT 2 1", await shop.StateOf(mail));
        Assert.Single(shop.Sink.TakenFor(_recipient));
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("a@example.org>,<b@example.org")]
    [InlineData("a@example.org, b@example.org")]
    [InlineData("a@example.org\r\nBcc: b@example.org")]
    public async Task An_address_that_is_none_is_given_up_before_anybody_is_asked(string address)
    {
        var mail = Mail.Of(NotificationsDatabase.Confirmed(address));
        await shop.Collect(mail);
        await shop.Dispatch();

        Assert.Equal("DEAD 1 0", await shop.StateOf(mail));
        Assert.DoesNotContain(shop.Sink.Taken, taken => taken.Message.MessageId == $"{mail.Id:N}@shop.example");
    }

    [Fact]
    public async Task News_that_are_none_any_more_are_not_sent()
    {
        var mail = await Collected();
        await shop.Read<object>("update notifications.mail set created_at = now() - interval '4 days' where id = $1", mail.Id);
        await shop.Dispatch();

        Assert.Equal("LAPSED 0 0", await shop.StateOf(mail));
        Assert.Empty(shop.Sink.TakenFor(_recipient));
    }

    [Fact]
    public async Task Whom_it_went_to_is_forgotten_and_that_it_went_is_not()
    {
        var mail = await Collected();
        await shop.Dispatch();
        await shop.Read<object>(
            "update notifications.mail set settled_at = now() - interval '31 days' where id = $1", mail.Id);
        await new MailJournal(new(shop.Source, NotificationsDbContext.Schema))
            .Forget(TimeSpan.FromDays(30), 100, TestContext.Current.CancellationToken);
        await shop.Collect(mail);
        await shop.Dispatch();

        Assert.True(await shop.Read<bool>(
            "select address = '' and content is null from notifications.mail where id = $1", mail.Id));
        Assert.Single(shop.Sink.TakenFor(_recipient));
    }

    [Fact]
    public async Task The_audit_finds_one_that_left_twice()
    {
        var mail = await Collected();
        await shop.Dispatch();
        Assert.Equal(0, await Violations());

        await shop.Read<object>("update notifications.mail set transmissions = 2 where id = $1", mail.Id);
        Assert.Equal(1, await Violations());

        await shop.Read<object>("update notifications.mail set transmissions = 1 where id = $1", mail.Id);
    }

    private Task<long> Violations() => shop.Read<long>("set role shop_reader; select violations from notifications.audit_view");

    private async Task<Mail> Collected()
    {
        var mail = Mail.Of(NotificationsDatabase.Confirmed(_recipient));
        await shop.Collect(mail);
        return mail;
    }
}
