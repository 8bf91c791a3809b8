using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Shop.Typesense;

public static class TypesenseRegistration
{
    /// <summary>The client, its options checked at start, and Typesense among the dependencies of the host.</summary>
    public static IServiceCollection AddTypesense(this IServiceCollection services)
    {
        services.AddOptions<TypesenseOptions>().BindConfiguration(TypesenseOptions.Section)
            .ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<TypesenseClient>();
        services.AddHealthChecks()
            .AddCheck<TypesenseHealth>("typesense", HealthStatus.Degraded, timeout: TimeSpan.FromSeconds(5));
        return services;
    }
}

internal sealed class TypesenseHealth(TypesenseClient client) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            return await client.RetrieveHealth(cancellationToken)
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Degraded("It says that it is not well.");
        }
        catch (TypesenseException exception)
        {
            return HealthCheckResult.Degraded(exception.Message);
        }
    }
}
