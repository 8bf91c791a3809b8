using System.Text.Json;
using Xunit;

namespace Shop.IntegrationTests.Orders;

/// <summary>Server-Sent Events as they come over the wire, line by line.</summary>
internal sealed class EventStream : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    /// <summary>Many streams at once, none of which ends in a hurry.</summary>
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseCookies = false })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private readonly HttpResponseMessage _response;
    private readonly StreamReader _lines;

    private EventStream(HttpResponseMessage response, Stream body)
    {
        _response = response;
        _lines = new StreamReader(body);
    }

    public int Status => (int)_response.StatusCode;

    public string? ContentType => _response.Content.Headers.ContentType?.MediaType;

    public bool IsUncached => _response.Headers.CacheControl is { NoStore: true };

    /// <summary>Signs of life so far.</summary>
    public int Comments { get; private set; }

    /// <summary>How long the client is asked to wait before it comes again, in milliseconds.</summary>
    public int? Retry { get; private set; }

    public static async Task<EventStream> Open(HttpRequestMessage request)
    {
        var response = await Http.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        return new EventStream(
            response, await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
    }

    /// <returns>The next event; null when the server has ended the stream.</returns>
    public async Task<StreamEvent?> Next()
    {
        string? id = null, name = null, data = null;
        while (await ReadLine() is { } line)
        {
            if (line.Length == 0 && data is not null)
                return new StreamEvent(id, name, JsonElement.Parse(data));
            if (line.StartsWith(':')) Comments++;
            else if (line.StartsWith("id: ", StringComparison.Ordinal)) id = line[4..];
            else if (line.StartsWith("event: ", StringComparison.Ordinal)) name = line[7..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal)) data = line[6..];
            else if (line.StartsWith("retry: ", StringComparison.Ordinal)) Retry = int.Parse(line[7..]);
        }

        return null;
    }

    /// <returns>The statuses up to this one, or to the end of the stream.</returns>
    public async Task<IReadOnlyList<StreamEvent>> Until(string status)
    {
        var events = new List<StreamEvent>();
        while (await Next() is { } step)
        {
            events.Add(step);
            if (step.Status == status) break;
        }

        return events;
    }

    /// <summary>Reads on until there was another sign of life; anything else fails the test.</summary>
    public async Task Comment()
    {
        while (await ReadLine() is { } line)
        {
            if (line.StartsWith(':')) return;
            Assert.Empty(line);
        }

        Assert.Fail("The stream ended.");
    }

    public void Dispose()
    {
        _lines.Dispose();
        _response.Dispose();
    }

    private async Task<string?> ReadLine()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        return await _lines.ReadLineAsync(limit.Token);
    }
}

internal sealed record StreamEvent(string? Id, string? Name, JsonElement Data)
{
    public string Status => Data.GetProperty("status").GetString()!;
}
