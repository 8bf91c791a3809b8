namespace Shop.Messaging.Outbox;

/// <summary>Addresses as they are stored: <c>exchange:name</c>, without host, virtual host or credentials.</summary>
internal static class Destinations
{
    public static string Of(Uri address)
    {
        var path = address.IsAbsoluteUri && address.Scheme is "exchange" or "queue" or "topic"
            ? address.AbsolutePath
            : address.AbsolutePath[(address.AbsolutePath.LastIndexOf('/') + 1)..];
        return "exchange:" + path;
    }
}
