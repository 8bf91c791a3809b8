using System.Collections.Frozen;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Fluid;
using Microsoft.Extensions.Options;
using MimeKit;

namespace Shop.Workers.Notifications;

/// <summary>
/// Makes a mail's text and HTML from the templates beside it. All that is put into HTML is encoded; what goes into a field
/// of the header is one line, and encoded by MimeKit.
/// </summary>
internal sealed class MailComposer
{
    private const string SubjectMark = "Subject: ";
    private const int MostSteps = 10_000;

    private static readonly HtmlEncoder Html = HtmlEncoder.Create(UnicodeRanges.All);
    private static readonly ParserOptions Strict = ParserOptions.Default.Clone();

    private readonly SmtpOptions _options;
    private readonly TimeProvider _time;
    private readonly TemplateOptions _templateOptions = new() { MaxSteps = MostSteps };
    private readonly FrozenDictionary<MailTemplate, (IFluidTemplate Text, IFluidTemplate Html)> _templates;
    private readonly IFluidTemplate _layout;

    static MailComposer()
    {
        Strict.AddressParserComplianceMode = RfcComplianceMode.Strict;
        Strict.AllowAddressesWithoutDomain = false;
    }

    public MailComposer(IOptions<SmtpOptions> options, TimeProvider time)
    {
        _options = options.Value;
        _time = time;
        var members = _templateOptions.MemberAccessStrategy;
        members.MemberNameStrategy = MemberNameStrategies.SnakeCase;
        members.Register<MailModel>();
        members.Register<MailModelLine>();
        members.Register<Layout>();
        var parser = new FluidParser();
        _templates = Enum.GetValues<MailTemplate>().ToFrozenDictionary(template => template, template =>
        {
            var name = JsonNamingPolicy.KebabCaseLower.ConvertName(template.ToString());
            return (Read(parser, $"{name}.text.liquid"), Read(parser, $"{name}.html.liquid"));
        });
        _layout = Read(parser, "layout.html.liquid");
    }

    /// <returns>Null if its address is none that a mail can be sent to.</returns>
    public MimeMessage? Compose(MailInHand mail)
    {
        if (AddressOf(mail.Address) is not { } recipient) return null;
        var model = MailModel.Of(mail);
        var (textTemplate, htmlTemplate) = _templates[mail.Template];
        var text = textTemplate.Render(new TemplateContext(model, _templateOptions), NullEncoder.Default);
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        var subject = text[SubjectMark.Length..end].Trim();
        var content = htmlTemplate.Render(new TemplateContext(model, _templateOptions), Html);
        var html = _layout.Render(new TemplateContext(new Layout(subject, content), _templateOptions), Html);
        var from = _options.Sender;
        var message = new MimeMessage([from], [recipient], subject,
            new BodyBuilder { TextBody = text[(end + 1)..].TrimStart('\n'), HtmlBody = html }.ToMessageBody())
        {
            // The same for every attempt, so that whoever gets it twice can tell.
            MessageId = $"{mail.Id:N}@{from.Domain}",
            Date = _time.GetUtcNow(),
        };
        message.Headers.Add("Auto-Submitted", "auto-generated"); // RFC 3834: nobody is to answer by himself
        return message;
    }

    /// <summary>One mailbox and nothing else, by the letter of RFC 5322.</summary>
    private static MailboxAddress? AddressOf(string text) =>
        MailboxAddress.TryParse(Strict, text, out var mailbox) && mailbox.Address == text && mailbox.Name is null or ""
            ? mailbox
            : null;

    private static IFluidTemplate Read(FluidParser parser, string name)
    {
        using var stream = typeof(MailComposer).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The template {name} is not in the assembly.");
        using var reader = new StreamReader(stream);
        return parser.TryParse(reader.ReadToEnd(), out var template, out var error)
            ? template
            : throw new InvalidOperationException($"The template {name}: {error}");
    }

    private sealed record Layout(string Subject, string Content);
}
