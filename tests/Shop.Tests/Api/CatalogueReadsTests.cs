using System.Net;
using System.Net.Sockets;
using Npgsql;
using Shop.Api.Reads;
using Shop.Messaging.GroupCommit;
using Xunit;

namespace Shop.Tests.Api;

public sealed class CatalogueReadsTests
{
    [Fact]
    public async Task A_hundred_long_lists_of_which_nothing_is_kept_are_read_and_not_refused()
    {
        // It takes connections, and says nothing.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var source = NpgsqlDataSource.Create(
            $"Host=127.0.0.1;Port={((IPEndPoint)silent.LocalEndpoint).Port};Username=nobody;Pooling=false;SSL Mode=Disable");
        var reads = new KeyedReads<string, string>(source, "", row => new(row.GetString(0), ""));

        var cards = Enumerable.Range(0, 100 * 100).Select(number => reads.Find($"SKU-{number}")).ToList();

        Assert.DoesNotContain(cards, card => card.IsFaulted);
        silent.Stop();
        foreach (var card in cards)
            Assert.IsNotType<CoalescerFullException>(await Record.ExceptionAsync(() => card));
    }
}
