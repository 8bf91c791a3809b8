using System.Net.Sockets;
using System.Text;
using Shop.IntegrationTests;

namespace Shop.Faults;

/// <summary>What a proxy does to the connections between the hosts and something that they need.</summary>
internal abstract class WireFault : Fault
{
    public override string Row => "a connection cut or half open between app and database, broker, provider, after the request was sent";

    protected abstract TcpProxy Of(ProvedShop shop);

    protected abstract void Break(TcpProxy wire);

    public override Task Inject(Scene scene, CancellationToken cancellationToken)
    {
        Break(Of(scene.Shop));
        return Task.CompletedTask;
    }

    public override Task Heal(Scene scene, CancellationToken cancellationToken)
    {
        Of(scene.Shop).Mend();
        Of(scene.Shop).CutAndThaw();
        return Task.CompletedTask;
    }
}

internal sealed class CutDatabase : WireFault
{
    public override string Name => "cut-database";

    public override TimeSpan Length => TimeSpan.FromSeconds(2);

    protected override TcpProxy Of(ProvedShop shop) => shop.DatabaseWire;

    protected override void Break(TcpProxy wire) => wire.Cut();
}

/// <summary>Statements are carried out, commits too, and nobody hears of it.</summary>
internal sealed class CutDatabaseAnswers : WireFault
{
    public override string Name => "cut-database-answers";

    public override TimeSpan Length => TimeSpan.FromSeconds(1);

    protected override TcpProxy Of(ProvedShop shop) => shop.DatabaseWire;

    protected override void Break(TcpProxy wire) => wire.CutAnswers();
}

internal sealed class HalfOpenDatabase : WireFault
{
    public override string Name => "half-open-database";

    protected override TcpProxy Of(ProvedShop shop) => shop.DatabaseWire;

    protected override void Break(TcpProxy wire) => wire.Silence();
}

internal sealed class HalfOpenBroker : WireFault
{
    public override string Name => "half-open-broker";

    protected override TcpProxy Of(ProvedShop shop) => shop.BrokerWire;

    protected override void Break(TcpProxy wire) => wire.Silence();
}

internal sealed class SlowBroker : WireFault
{
    public override string Name => "slow-broker";

    public override string Row => "a connection that delays";

    protected override TcpProxy Of(ProvedShop shop) => shop.BrokerWire;

    protected override void Break(TcpProxy wire) => wire.Delay(TimeSpan.FromMilliseconds(200));
}

/// <summary>Charges are made, and each connection is cut before its answer passes.</summary>
internal sealed class CutProvider : WireFault
{
    public override string Name => "cut-provider";

    protected override TcpProxy Of(ProvedShop shop) => shop.ProviderWire;

    protected override void Break(TcpProxy wire) => wire.CutAnswers();
}

/// <summary>Everything that Redis has goes, while it runs.</summary>
internal sealed class FlushRedis : Fault
{
    public override string Name => "flush-redis";

    public override string Row => "Redis flushed";

    public override TimeSpan Length => TimeSpan.Zero;

    public override string? Missing(Scene scene) =>
        scene.Shop.Servers is null ? "the servers are not this run's alone" : null;

    public override async Task Inject(Scene scene, CancellationToken cancellationToken)
    {
        var server = scene.Shop.Redis.Split(':');
        using var client = new TcpClient();
        await client.ConnectAsync(
            server[0], int.Parse(server[1], System.Globalization.CultureInfo.InvariantCulture), cancellationToken);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes("FLUSHALL\r\n"), cancellationToken);
        var answer = new byte[5];
        await stream.ReadExactlyAsync(answer, cancellationToken);
        if (Encoding.ASCII.GetString(answer) != "+OK\r\n") throw new ProofFailedException("Redis was not flushed.");
    }
}
