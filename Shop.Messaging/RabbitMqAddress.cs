using MassTransit;

namespace Shop.Messaging;

/// <summary>Reads <c>amqp://user:password@host:port/vhost</c>, the broker's connection string.</summary>
internal static class RabbitMqAddress
{
    public static Uri Parse(string connectionString)
    {
        var uri = new Uri(connectionString);
        return new UriBuilder("rabbitmq", uri.Host, uri.Port > 0 ? uri.Port : 5672, uri.AbsolutePath).Uri;
    }

    public static void Authenticate(IRabbitMqHostConfigurator host, string connectionString)
    {
        var user = new Uri(connectionString).UserInfo.Split(':', 2);
        host.Username(Uri.UnescapeDataString(user[0]));
        host.Password(user.Length > 1 ? Uri.UnescapeDataString(user[1]) : "");
        host.Heartbeat(TimeSpan.FromSeconds(10));
    }
}
