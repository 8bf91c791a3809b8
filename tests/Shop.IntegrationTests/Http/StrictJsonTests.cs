using System.Text;
using Shop.IntegrationTests.Accounts;
using Shop.IntegrationTests.Checkout;
using Xunit;

namespace Shop.IntegrationTests.Http;

[Collection(StorefrontCollection.Name)]
public sealed class When_a_body_is_not_what_is_documented(ShopProcesses shop) : ShopTest(shop)
{
    private const string Deep = """{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":1}}}}}}}}}}}}}}}}}""";

    public static TheoryData<string, string> Bodies()
    {
        var bodies = new TheoryData<string, string>();
        foreach (var body in new[]
        {
            "", " ", "null", "1", "\"text\"", "[]", "[{}]", "{", "{}}", "{} {}", "not json", "\uFEFFx", Deep,
            "{/* why */}", "{\"a\":}", "{'email':1}", "{email:1}", "{\"a\":NaN}", "\\u0000", "{\"\\ud800\":1}",
        })
        {
            bodies.Add("/cart/items", body);
            bodies.Add("/auth/register", body);
        }

        foreach (var body in new[]
        {
            """{"sku":"A","quantity":1,"price":0}""", """{"sku":"A","quantity":1,}""", """{"sku":"A","quantity":"1"}""",
            """{"sku":"A","quantity":1.5}""", """{"sku":"A","quantity":1e1}""", """{"sku":"A","quantity":99999999999}""",
            """{"sku":"A","quantity":1,"quantity":2}""", """{"sku":"A","sku":"B","quantity":1}""",
            """{"sku":1,"quantity":1}""", """{"sku":["A"],"quantity":1}""", """{"sku":"A","quantity":true}""",
            """{"sku":"\ud800","quantity":1}""", """{"sku":"A","quantity":null}""", """{"quantity":1}""", """{"sku":"A"}""",
            """{"sku":"A","quantity":1,"__proto__":{}}""", """{"SKU":"A","sku":"A","quantity":1}""",
        }) bodies.Add("/cart/items", body);
        foreach (var body in new[]
        {
            """{"email":"a@example.org","password":"long enough","role":"ops"}""",
            """{"email":"a@example.org","password":["long enough"]}""",
            """{"email":"a@example.org","email":"b@example.org","password":"long enough"}""",
            """{"email":"a\u0000@example.org","password":"long enough"}""", """{"email":"\udc00@example.org","password":"long enough"}""",
        }) bodies.Add("/auth/register", body);
        return bodies;
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task It_is_refused_as_invalid_and_nothing_is_written(string path, string body)
    {
        using var client = new Client(Shop.Api);

        (await client.PostRaw(path, body)).Refused(400, "validation");

        Assert.Null(client.SetCookie);
    }

    [Fact]
    public async Task One_that_is_not_UTF_8_is_refused()
    {
        using var client = new Client(Shop.Api);
        byte[] body = [.. Encoding.UTF8.GetBytes("{\"sku\":\""), 0xC3, 0x28, .. Encoding.UTF8.GetBytes("\",\"quantity\":1}")];

        (await client.PostRaw("/cart/items", body)).Refused(400, "validation");
        (await client.PostRaw("/cart/items", Encoding.Unicode.GetBytes("""{"sku":"A","quantity":1}"""))).Refused(400, "validation");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("application/xml")]
    [InlineData("application/jsonp")]
    [InlineData("nonsense")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/json; charset=utf-7")]
    [InlineData("application/json; charset=nonsense")]
    public async Task Another_media_type_is_415(string? type)
    {
        using var client = new Client(Shop.Api);

        (await client.PostRaw("/cart/items", """{"sku":"A","quantity":1}""", type)).Refused(415, "validation");
    }

    [Theory]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/json; charset=\"UTF-8\"")]
    [InlineData("APPLICATION/JSON")]
    public async Task The_media_type_may_be_spelled_otherwise(string type)
    {
        using var client = new Client(Shop.Api);

        (await client.PostRaw("/cart/items", """{"sku":"THERE-IS-NONE","quantity":1}""", type)).Refused(404, "not-found");
    }

    [Fact]
    public async Task A_large_one_is_413()
    {
        using var client = new Client(Shop.Api);
        var body = $$"""{"sku":"{{new string('A', 70_000)}}","quantity":1}""";

        (await client.PostRaw("/cart/items", body)).Refused(413, "validation");
    }

    [Fact]
    public async Task A_long_query_or_one_of_many_parts_is_refused()
    {
        using var client = new Client(Shop.Api);

        (await client.Get($"/cart?a={new string('a', 2_100)}")).Refused(400, "validation");
        (await client.Get($"/cart?{string.Join('&', Enumerable.Range(0, 40).Select(i => $"a{i}=1"))}")).Refused(400, "validation");
        Assert.Equal(200, (await client.Get("/cart?a=1&b=2")).Status);
    }

    [Fact]
    public async Task Headers_have_a_limit()
    {
        using var client = new Client(Shop.Api);

        Assert.Equal(431, (await client.Get("/cart", ("X-Long", new string('a', 20_000)))).Status);
        Assert.Equal(431, (await client.Get("/cart", [.. Enumerable.Range(0, 80).Select(i => ($"X-{i}", "a"))])).Status);
        Assert.Equal(414, (await client.Get($"/cart?{new string('a', 9_000)}")).Status);
    }
}
