using System.Text;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using MimeKit;
using Shop.Contracts;
using Shop.Contracts.Orders;
using Shop.Workers.Notifications;
using Xunit;

namespace Shop.Tests.Notifications;

public sealed class MailComposerTests
{
    private const string Hostile = "<script>alert(1)</script>\r\nSubject: other\u2028\u202Egnp {{ order_id }} {% raw %}";

    private static readonly Guid OrderId = Guid.Parse("0192f3a4-5b6c-7d8e-9f00-112233445566");

    private static readonly MailContent Full = new()
    {
        Lines = [new OrderLine("SKU-1", Hostile, 3, new Money(1_050, "USD")), new OrderLine("SKU-2", "Tee & Co", 1, new Money(5, "USD"))],
        Amount = new Money(123_456_789, "USD"),
        ShipTo = new Address(Hostile, "1 Sample Street", null, "Springfield", "IL", "62701", "US"),
        Carrier = Hostile,
        TrackingNumber = "1Z <999>",
        Status = OrderStatus.Cancelled,
        WasConfirmed = true,
    };

    public static TheoryData<string> Templates => [.. Enum.GetNames<MailTemplate>()];

    [Theory]
    [MemberData(nameof(Templates))]
    public void Nothing_that_is_put_into_HTML_is_HTML(string template)
    {
        var mail = Compose(Enum.Parse<MailTemplate>(template));
        Assert.DoesNotContain("<script", mail.HtmlBody, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<999>", mail.HtmlBody, StringComparison.Ordinal);
        Assert.StartsWith("<!DOCTYPE html>", mail.HtmlBody, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Templates))]
    public void No_title_begins_a_line_or_turns_the_direction_of_writing(string template)
    {
        var text = Compose(Enum.Parse<MailTemplate>(template)).TextBody!;
        Assert.DoesNotContain('\u2028', text);
        Assert.DoesNotContain('\u202E', text);
        Assert.DoesNotContain(text.Split('\n'), line => line.TrimStart().StartsWith("Subject:", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Templates))]
    public void Each_names_its_order_in_text_HTML_and_subject(string template)
    {
        var mail = Compose(Enum.Parse<MailTemplate>(template));
        Assert.Contains(OrderId.ToString(), mail.TextBody, StringComparison.Ordinal);
        Assert.Contains(OrderId.ToString(), mail.HtmlBody, StringComparison.Ordinal);
        Assert.Contains("112233445566", mail.Subject, StringComparison.Ordinal);
        Assert.False(mail.TextBody!.StartsWith("Subject:", StringComparison.Ordinal), "the subject is not part of the text");
    }

    [Theory]
    [MemberData(nameof(Templates))]
    public void Its_header_has_its_fields_and_no_others(string template)
    {
        using var bytes = new MemoryStream();
        Compose(Enum.Parse<MailTemplate>(template)).WriteTo(bytes, TestContext.Current.CancellationToken);
        var header = Encoding.Latin1.GetString(bytes.ToArray()).ReplaceLineEndings("\n").Split("\n\n")[0];
        Assert.Equal(
            ["Auto-Submitted", "Content-Type", "Date", "From", "MIME-Version", "Message-Id", "Subject", "To"],
            header.Split('\n').Where(line => line[0] is not (' ' or '\t')).Select(line => line.Split(':')[0])
                .Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_a_title_says_in_the_words_of_a_template_stays_what_it_is() =>
        Assert.Contains("{{ order_id }}", Compose(MailTemplate.OrderConfirmed).TextBody, StringComparison.Ordinal);

    [Fact]
    public void A_confirmation_tells_lines_total_and_address()
    {
        var mail = Compose(MailTemplate.OrderConfirmed);
        Assert.Contains("1 x Tee & Co: 0.05 USD", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains("1 × Tee &amp; Co", mail.HtmlBody, StringComparison.Ordinal);
        Assert.Contains("31.50 USD", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains("Total, with shipping: 1,234,567.89 USD", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains("62701 Springfield", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains("31 January 2026, 09:30 UTC", mail.TextBody, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CANCELLED", "is cancelled")]
    [InlineData("OUT_OF_STOCK", "no longer in stock")]
    [InlineData("PAYMENT_FAILED", "was not accepted")]
    [InlineData("EXPIRED", "in time")]
    [InlineData("SOMETHING_NEW", "could not be carried out")]
    public void An_end_says_why(string status, string expected)
    {
        var mail = Compose(MailTemplate.OrderEnded, Full with { Status = status, WasConfirmed = false });
        Assert.Contains(expected, mail.TextBody, StringComparison.Ordinal);
        Assert.Contains(expected, mail.HtmlBody, StringComparison.Ordinal);
        Assert.Contains("Nothing is charged.", mail.TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public void What_does_not_fit_is_counted()
    {
        var lines = Enumerable.Range(0, 130).Select(i => new OrderLine($"S-{i}", $"Title {i}", 1, new Money(1, "USD")));
        Assert.Contains("and 30 more", Compose(MailTemplate.OrderConfirmed, Full with { Lines = [.. lines] }).TextBody,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Its_id_is_the_same_at_every_attempt() => Assert.Equal(
        Compose(MailTemplate.OrderShipped).MessageId, Compose(MailTemplate.OrderShipped).MessageId);

    [Theory]
    [InlineData(4_999, "USD", "49.99 USD")]
    [InlineData(5, "EUR", "0.05 EUR")]
    [InlineData(1_234_567, "JPY", "1,234,567 JPY")]
    [InlineData(1_234_567, "KWD", "1,234.567 KWD")]
    [InlineData(-250, "USD", "-2.50 USD")]
    public void Money_has_the_digits_of_its_currency(long amount, string currency, string expected) =>
        Assert.Equal(expected, MoneyText.Of(new Money(amount, currency)));

    private static MimeMessage Compose(MailTemplate template, MailContent? content = null) => new MailComposer(
        Options.Create(new SmtpOptions { Host = "127.0.0.1", From = "The shop <orders@shop.example>" }),
        new FakeTimeProvider(new DateTimeOffset(2026, 1, 31, 9, 31, 0, TimeSpan.Zero))).Compose(new MailInHand(
        Guid.Parse("11111111-2222-3333-4444-555555555555"), OrderId, template, "ada@example.org", content ?? Full, 1,
        new DateTimeOffset(2026, 1, 31, 9, 30, 0, TimeSpan.Zero)))!;
}
