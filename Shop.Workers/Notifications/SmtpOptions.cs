using System.ComponentModel.DataAnnotations;
using MimeKit;

namespace Shop.Workers.Notifications;

/// <summary>The section <c>Smtp</c> of the configuration: the server that mails are given to.</summary>
internal sealed class SmtpOptions : IValidatableObject
{
    public const string Section = "Smtp";

    /// <summary>Without it mails are collected, and none is sent.</summary>
    public string? Host { get; init; }

    [Range(1, 65_535)]
    public int Port { get; init; } = 587;

    /// <summary>Without it nobody logs in.</summary>
    public string? User { get; init; }

    /// <summary>A secret: never logged, and never sent without TLS.</summary>
    public string? Password { get; init; }

    public SmtpTls Tls { get; init; } = SmtpTls.StartTls;

    /// <summary>Whom mails are from, such as <c>The shop &lt;orders@example.org&gt;</c>.</summary>
    public string? From { get; init; }

    /// <summary>How long a server may take for one mail.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Lines to the server at once.</summary>
    [Range(1, 32)]
    public int Connections { get; init; } = 4;

    /// <summary>After so many attempts a mail is given up.</summary>
    [Range(1, 50)]
    public int MostAttempts { get; init; } = 20;

    /// <summary>Before the second attempt; each pause is twice the one before, and at most an hour.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(30);

    internal bool IsConfigured => !string.IsNullOrEmpty(Host);

    internal MailboxAddress Sender => (MailboxAddress)InternetAddress.Parse(From!);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!IsConfigured) yield break;
        if (!InternetAddress.TryParse(From ?? "", out var from)
            || from is not MailboxAddress { Domain.Length: > 0 })
            yield return new("Smtp:From must be the mailbox that mails are from.", [nameof(From)]);
        if (!string.IsNullOrEmpty(User) && Tls == SmtpTls.None)
            yield return new("Smtp:User needs Smtp:Tls: a password is not sent in the clear.", [nameof(Tls)]);
        if (!string.IsNullOrEmpty(User) && string.IsNullOrEmpty(Password))
            yield return new("Smtp:User needs Smtp:Password.", [nameof(Password)]);
        if (Timeout < TimeSpan.FromMilliseconds(100) || Timeout > TimeSpan.FromMinutes(1))
            yield return new("Smtp:Timeout must be between 100 ms and a minute.", [nameof(Timeout)]);
        if (FirstPause <= TimeSpan.Zero || FirstPause > TimeSpan.FromHours(1))
            yield return new("Smtp:FirstPause must be above 0 and at most an hour.", [nameof(FirstPause)]);
    }
}

internal enum SmtpTls
{
    /// <summary>For a server that only this machine or its own network reaches.</summary>
    None,

    /// <summary>Begun in the clear; a server that does not go on to TLS gets nothing.</summary>
    StartTls,

    /// <summary>From the first byte, usually on port 465.</summary>
    Implicit,
}
