using System.ComponentModel.DataAnnotations;

namespace Shop.Api.RateLimiting;

/// <summary>
/// The section <c>RateLimits</c> of the configuration: requests a minute. A caller is a person or a guest's session; a
/// network is an IPv4 address or an IPv6 /64.
/// </summary>
internal sealed class RateLimitOptions
{
    private const int Most = 100_000_000;

    /// <summary>Of one network to everything that asks who is calling, whoever calls; many share an address.</summary>
    [Range(1, Most)]
    public int PerNetwork { get; init; } = 3_000;

    /// <summary>Of one caller to what has no quota of its own.</summary>
    [Range(1, Most)]
    public int PerCaller { get; init; } = 600;

    [Range(1, Most)]
    public int Cart { get; init; } = 600;

    /// <summary>Of one caller, counted by all instances together.</summary>
    [Range(1, Most)]
    public int Checkout { get; init; } = 60;

    /// <summary>Of one network, whoever calls: card numbers are tried out by a guest a try.</summary>
    [Range(1, Most)]
    public int CheckoutPerNetwork { get; init; } = 120;

    /// <summary>Of one caller: reading orders, which is how they are followed.</summary>
    [Range(1, Most)]
    public int Orders { get; init; } = 600;

    /// <summary>Of one network, counted by all instances together.</summary>
    [Range(1, Most)]
    public int LogIn { get; init; } = 60;

    /// <summary>Of one network to one account, counted by all instances together.</summary>
    [Range(1, Most)]
    public int LogInToAccount { get; init; } = 10;

    /// <summary>Of one network, counted by all instances together.</summary>
    [Range(1, Most)]
    public int Register { get; init; } = 10;

    /// <summary>Of one network, counted by all instances together.</summary>
    [Range(1, Most)]
    public int Refresh { get; init; } = 120;

    /// <summary>Of one network: words that nobody has searched for just before are answered by no cache.</summary>
    [Range(1, Most)]
    public int Search { get; init; } = 3_000;

    /// <summary>Of one network, which is the provider's: twice as many as there are orders at the planned peak.</summary>
    [Range(1, Most)]
    public int Webhooks { get; init; } = 60_000;
}
