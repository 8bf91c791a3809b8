using System.Net;
using System.Text.Json;
using Xunit;

namespace Shop.IntegrationTests.Contract;

/// <summary>
/// Walks the OpenAPI document and sends each operation what nobody should. Whatever is refused must be refused with a
/// problem, and must have written nothing.
/// </summary>
[Collection(StorefrontCollection.Name)]
public sealed class HostileInputTests(ShopProcesses shop, ITestOutputHelper output)
{
    private const int Requests = 2_400;
    private const int AtOnce = 8;

    /// <summary>Longer than any deadline of an order under way.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2.5);

    [Fact]
    public async Task It_is_refused_with_a_problem_and_writes_nothing()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        using var document = JsonDocument.Parse(
            await shop.Http.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative), Cancellation));
        var requests = await Spoil(document, seed);
        Assert.True(requests.Count >= 2_000, $"only {requests.Count} requests were made");

        // Some spoilt requests are still good ones, and others become so by what those did, such as a product that is
        // there now. What both started must have come to rest before the count.
        var refused = Refused(await Send(
            [.. requests.Select((request, i) => (request, TestPeople.All[i % TestPeople.All.Count]))]));
        Assert.True(refused.Count > requests.Count / 3, $"only {refused.Count} of {requests.Count} were refused");
        await WhenAtRest();
        refused = Refused(await Send(refused));
        await WritesNothing(refused);
    }

    /// <summary>
    /// What other tests left under way may write meanwhile, such as a void that is tried again. What a refused request
    /// writes is written each time.
    /// </summary>
    private async Task WritesNothing(IReadOnlyList<(HostileRequest Request, Person By)> refused)
    {
        for (var left = 2; ; left--)
        {
            var before = await WhenAtRest();
            await Send(refused);
            var after = await new Footprint(shop).Read();
            if (before == after) return;
            if (left == 0) Assert.Equal(before, after);
        }
    }

    /// <summary>Not those that merely came too soon.</summary>
    private static List<(HostileRequest Request, Person By)> Refused(
        IEnumerable<(HostileRequest Request, Person By, int Status)> answers) =>
    [
        .. answers.Where(answer => answer.Status is >= 400 and not 429).Select(answer => (answer.Request, answer.By)),
    ];

    private async Task<List<HostileRequest>> Spoil(JsonDocument document, int seed)
    {
        var operations = Operation.All(document);
        var inputs = new HostileInputs(new Random(seed), await shop.Books.AnySku());
        return [.. operations.SelectMany(operation => inputs.Of(operation, Requests / operations.Count + 1))];
    }

    /// <summary>Sends them all, and holds each answer to the contract.</summary>
    private async Task<List<(HostileRequest Request, Person By, int Status)>> Send(
        IReadOnlyList<(HostileRequest Request, Person By)> requests)
    {
        var answers = new (HostileRequest, Person, int)[requests.Count];
        await Parallel.ForAsync(0, requests.Count, new ParallelOptions
        {
            MaxDegreeOfParallelism = AtOnce,
            CancellationToken = Cancellation,
        }, async (i, _) => answers[i] = (requests[i].Request, requests[i].By, await Send(requests[i].Request, requests[i].By)));
        return [.. answers];
    }

    private async Task<int> Send(HostileRequest hostile, Person person)
    {
        using var message = Message(hostile, person);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        var what = $"{hostile.Method} {hostile.Target} with {hostile.What} as {person.Name}";
        using var answer = await Send(message, what, limit.Token);
        var status = (int)answer.StatusCode;
        Assert.True(status < 500, $"{what} was answered {status}: {await answer.Content.ReadAsStringAsync(limit.Token)}");
        if (status >= 400 && IsRefusedByTheServer(hostile, answer)) return status;
        Assert.True(hostile.LeadsElsewhere || hostile.Operation.Responses().Any(response => response.Status == status),
            $"{what} was answered {status}, which {hostile.Operation} does not document");
        if (status < 400) return status;
        Assert.True(answer.Content.Headers.ContentType?.MediaType == "application/problem+json",
            $"{what} was answered {status} as {answer.Content.Headers.ContentType}");
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(limit.Token));
        Assert.Equal(status, problem.RootElement.GetProperty("status").GetInt32());
        Assert.StartsWith("urn:shop:problem:", problem.RootElement.GetProperty("type").GetString(), StringComparison.Ordinal);
        Assert.False(answer.Headers.Contains("X-Injected"), $"{what} put a header into the answer");
        return status;
    }

    private async Task<HttpResponseMessage> Send(HttpRequestMessage message, string what, CancellationToken limit)
    {
        try
        {
            return await shop.Http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, limit);
        }
        catch (HttpRequestException cut)
        {
            throw new InvalidOperationException($"{what} got no answer.", cut);
        }
    }

    /// <summary>What Kestrel cannot take for a request never reaches the shop: it is refused without a body.</summary>
    private static bool IsRefusedByTheServer(HostileRequest hostile, HttpResponseMessage answer) =>
        answer is { StatusCode: HttpStatusCode.BadRequest, Content.Headers.ContentLength: 0 }
            && hostile.Target.Contains("%00", StringComparison.Ordinal)
        || answer is { StatusCode: HttpStatusCode.RequestUriTooLong, Content.Headers.ContentLength: 0 }
            && hostile.Target.Length > 8_000;

    private HttpRequestMessage Message(HostileRequest hostile, Person person)
    {
        var raw = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
        var message = new HttpRequestMessage(
            new HttpMethod(hostile.Method), new Uri(shop.Api.Address.GetLeftPart(UriPartial.Authority) + hostile.Target, raw));
        // The server may close a connection on which nonsense came: the next request must not suffer for it.
        message.Headers.ConnectionClose = true;
        person.Sign(message);
        if (hostile.Body is not null)
        {
            message.Content = new ByteArrayContent(hostile.Body);
            if (hostile.ContentType is not null)
                message.Content.Headers.TryAddWithoutValidation("Content-Type", hostile.ContentType);
        }

        if (hostile.Header is not var (name, value)) return message;
        message.Headers.Remove(name);
        message.Headers.TryAddWithoutValidation(name, value);
        return message;
    }

    private async Task<string> WhenAtRest()
    {
        var footprint = new Footprint(shop);
        var last = "";
        await Waiting.For("nothing is written any more", async () =>
        {
            var before = last;
            last = await footprint.Read();
            await Task.Delay(Quiet, Cancellation);
            return last == before;
        }, TimeSpan.FromMinutes(1));
        return last;
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;
}
