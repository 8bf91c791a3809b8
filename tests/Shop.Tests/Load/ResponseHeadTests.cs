using System.Text;
using Shop.Load;
using Xunit;

namespace Shop.Tests.Load;

public sealed class ResponseHeadTests
{
    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 12\r\nDate: now\r\n\r\n", 200, 12)]
    [InlineData("HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n", 304, 0)]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n", 204, 0)]
    [InlineData("HTTP/1.1 503 Service Unavailable\r\nTransfer-Encoding: chunked\r\n\r\n", 503, null)]
    public void A_head_says_the_status_and_how_long_the_body_is(string head, int status, int? body)
    {
        Assert.True(ResponseHead.TryParse(Encoding.ASCII.GetBytes(head + "the body"), out var parsed));

        Assert.Equal(new ResponseHead(status, head.Length, body), parsed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 12\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r")]
    public void A_head_that_is_not_whole_is_waited_for(string head) =>
        Assert.False(ResponseHead.TryParse(Encoding.ASCII.GetBytes(head), out _));

    [Theory]
    [InlineData("SSH-2.0 OpenSSH\r\n\r\n")]
    [InlineData("HTTP/1.1 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nDate: now\r\n\r\n")]
    public void What_cannot_be_read_to_its_end_is_refused(string head) =>
        Assert.Throws<IOException>(() => ResponseHead.TryParse(Encoding.ASCII.GetBytes(head), out _));
}
