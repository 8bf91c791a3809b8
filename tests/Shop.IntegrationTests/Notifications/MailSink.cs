using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using MimeKit;

namespace Shop.IntegrationTests.Notifications;

/// <summary>What the sink does with a mail, by its recipient.</summary>
internal enum SinkAnswer
{
    Takes,

    /// <summary>450 when the recipient is named.</summary>
    RefusesRecipientForNow,

    /// <summary>550 when the recipient is named, quoting it.</summary>
    RefusesRecipientForGood,

    /// <summary>451 after the text.</summary>
    RefusesTextForNow,

    /// <summary>554 after the text.</summary>
    RefusesTextForGood,

    /// <summary>Cuts the line when the recipient is named.</summary>
    CutsBeforeText,

    /// <summary>Takes the text, and cuts the line instead of saying so.</summary>
    TakesAndCuts,

    /// <summary>Takes the text, and says so only when it is released.</summary>
    TakesAndStalls,
}

/// <summary>A mail that the sink took, whether or not it said so.</summary>
internal sealed record TakenMail(string Recipient, MimeMessage Message);

/// <summary>
/// A mail server that delivers nowhere: enough of RFC 5321 for a client, with pipelining, and with every way to fail.
/// It keeps a journal of its own.
/// </summary>
internal sealed class MailSink : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentQueue<TakenMail> _taken = new();
    private readonly ConcurrentDictionary<string, SinkAnswer> _answers = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _accepting;
    private volatile TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public MailSink()
    {
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = Accept();
    }

    public int Port { get; }

    public IReadOnlyList<TakenMail> TakenFor(string recipient) =>
        [.. _taken.Where(mail => mail.Recipient == recipient)];

    public IReadOnlyList<TakenMail> Taken => [.. _taken];

    /// <summary>From now on, for this recipient; others are taken.</summary>
    public void Answer(string recipient, SinkAnswer answer) => _answers[recipient] = answer;

    /// <summary>Says at last what was held back.</summary>
    public void Release()
    {
        var released = _released;
        _released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        released.SetResult();
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stopping.Dispose();
    }

    private async Task Accept()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stopping.Token);
                _ = Serve(client);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // It is over.
        }
    }

    private async Task Serve(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.Latin1);
                await Say(stream, "220 sink");
                var recipient = "";
                while (await reader.ReadLineAsync(_stopping.Token) is { } line)
                {
                    if (line.StartsWith("RCPT TO:<", StringComparison.OrdinalIgnoreCase))
                        recipient = line["RCPT TO:<".Length..line.IndexOf('>', StringComparison.Ordinal)];
                    if (!await Obey(stream, reader, line, recipient)) return;
                }
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException)
            {
                // The other side has gone, or the test has.
            }
        }
    }

    /// <returns>Whether the line stays.</returns>
    private async Task<bool> Obey(NetworkStream stream, StreamReader reader, string line, string recipient)
    {
        var answer = _answers.GetValueOrDefault(recipient);
        switch (line.Split(' ', ':')[0].ToUpperInvariant())
        {
            case "EHLO":
                await Say(stream, "250-sink\r\n250-PIPELINING\r\n250 8BITMIME");
                return true;
            case "RCPT" when answer == SinkAnswer.RefusesRecipientForNow:
                await Say(stream, "450 4.2.1 come again later");
                return true;
            case "RCPT" when answer == SinkAnswer.RefusesRecipientForGood:
                await Say(stream, $"550 5.1.1 <{recipient}> lives elsewhere");
                return true;
            case "RCPT" when answer == SinkAnswer.CutsBeforeText:
                return false;
            case "DATA":
                await Say(stream, "354 go on");
                return await Take(stream, await ReadText(reader), recipient, answer);
            case "QUIT":
                await Say(stream, "221 bye");
                return false;
            default:
                await Say(stream, "250 ok");
                return true;
        }
    }

    private async Task<bool> Take(NetworkStream stream, string text, string recipient, SinkAnswer answer)
    {
        switch (answer)
        {
            case SinkAnswer.RefusesTextForNow:
                await Say(stream, "451 4.3.0 no room now");
                return true;
            case SinkAnswer.RefusesTextForGood:
                await Say(stream, "554 5.6.0 not that");
                return true;
        }

        using var bytes = new MemoryStream(Encoding.Latin1.GetBytes(text));
        var released = _released.Task;
        _taken.Enqueue(new TakenMail(recipient, await MimeMessage.LoadAsync(bytes, _stopping.Token)));
        if (answer == SinkAnswer.TakesAndCuts) return false;
        if (answer == SinkAnswer.TakesAndStalls) await released.WaitAsync(_stopping.Token);
        await Say(stream, "250 taken");
        return true;
    }

    /// <summary>Until a dot alone; a dot that begins a line was doubled (RFC 5321, 4.5.2).</summary>
    private async Task<string> ReadText(StreamReader reader)
    {
        var text = new StringBuilder();
        while (await reader.ReadLineAsync(_stopping.Token) is { } line && line != ".")
            text.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
        return text.ToString();
    }

    private async Task Say(NetworkStream stream, string line) =>
        await stream.WriteAsync(Encoding.Latin1.GetBytes(line + "\r\n"), _stopping.Token);
}
