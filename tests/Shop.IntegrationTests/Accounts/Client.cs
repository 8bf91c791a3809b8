using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using Shop.IntegrationTests.Checkout;
using Xunit;

namespace Shop.IntegrationTests.Accounts;

/// <summary>Speaks HTTP to one instance of the API: as a guest with a cookie, with a bearer token, or as nobody.</summary>
internal sealed class Client(Uri address) : IDisposable
{
    public const string Password = "correct horse battery";

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false })
    {
        BaseAddress = address,
        Timeout = TimeSpan.FromSeconds(60),
    };

    private readonly Dictionary<string, string> _always = [];

    public Client(HostProcess api)
        : this(api.Address)
    {
    }

    /// <summary>The last cookie that was set, with its attributes.</summary>
    public string? SetCookie { get; private set; }

    /// <summary><c>shop_session=…</c>, sent with every request.</summary>
    public string? Session { get; set; }

    public string? Token { get; set; }

    public static string NewEmail() => $"{Guid.NewGuid():N}@example.org";

    /// <summary>Sends this header with every request.</summary>
    public Client With(string header, string value)
    {
        _always[header] = value;
        return this;
    }

    /// <summary>Comes from an address of its own, where proxies on loopback are trusted.</summary>
    public Client FromNewNetwork() =>
        With("X-Forwarded-For", $"10.{Random.Shared.Next(256)}.{Random.Shared.Next(256)}.{Random.Shared.Next(1, 255)}");

    public Task<Answer> Get(string path, params (string Name, string Value)[] headers) =>
        Send(HttpMethod.Get, path, null, headers);

    public Task<Answer> Post(string path, object body, params (string Name, string Value)[] headers) =>
        Send(HttpMethod.Post, path, JsonContent.Create(body), headers);

    /// <summary>Sends a body to the letter.</summary>
    public Task<Answer> PostRaw(string path, string body, string? type = "application/json") =>
        PostRaw(path, Encoding.UTF8.GetBytes(body), type);

    public Task<Answer> PostRaw(string path, byte[] body, string? type = "application/json")
    {
        var content = new ByteArrayContent(body);
        if (type is not null) content.Headers.TryAddWithoutValidation("Content-Type", type);
        return Send(HttpMethod.Post, path, content);
    }

    public Task<Answer> Register(string email, string password = Password) =>
        Post("/auth/register", new { email, password });

    public Task<Answer> LogIn(string email, string password = Password) => Post("/auth/login", new { email, password });

    public Task<Answer> Refresh(string refreshToken) => Post("/auth/refresh", new { refreshToken });

    /// <summary>Registers, logs in, and is that person from now on. Returns the e-mail address.</summary>
    public async Task<string> BecomeSomeone()
    {
        var email = NewEmail();
        Assert.Equal(200, (await Register(email)).Status);
        await Become(email, Password);
        return email;
    }

    /// <summary>Logs in, and is that person from now on. Returns the refresh token.</summary>
    public async Task<string> Become(string email, string password)
    {
        var answer = await LogIn(email, password);
        Assert.True(answer.Status == 200, answer.ToString());
        Token = answer.Text("accessToken");
        return answer.Text("refreshToken");
    }

    public async Task<Answer> Send(
        HttpMethod method, string path, HttpContent? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        foreach (var (name, value) in _always.Select(field => (field.Key, field.Value)).Concat(headers))
            request.Headers.TryAddWithoutValidation(name, value);
        if (Session is not null) request.Headers.TryAddWithoutValidation("Cookie", Session);
        if (Token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        if (response.Headers.TryGetValues("Set-Cookie", out var cookies))
        {
            SetCookie = cookies.Single();
            Session = SetCookie.Split(';')[0];
        }

        return new Answer(
            (int)response.StatusCode,
            response.Headers.Concat(response.Content.Headers).ToDictionary(
                field => field.Key, field => string.Join(", ", field.Value), StringComparer.OrdinalIgnoreCase),
            await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    public void Dispose() => _http.Dispose();
}
