using System.Net.Sockets;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Shop.Messaging.Hosting;

/// <summary>
/// Whether the broker can be reached at all, for a host that consumes nothing: its bus is not told when the broker leaves.
/// </summary>
internal sealed class BrokerHealth(Uri address) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(address.Host, address.Port, cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (SocketException exception)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, exception.Message);
        }
    }
}
