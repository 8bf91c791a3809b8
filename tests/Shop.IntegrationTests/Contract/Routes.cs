using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Shop.Api.Http;

namespace Shop.IntegrationTests.Contract;

/// <summary>The routes that the API really has, whatever its document says: it is started once more, in this process.</summary>
internal static class Routes
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private static readonly AsyncLocal<TaskCompletionSource<IReadOnlyList<string>>?> Wanted = new();

    public static async Task<IReadOnlyList<string>> Of(IReadOnlyDictionary<string, string> environment)
    {
        string[] arguments =
        [
            .. environment.Select(setting => $"--{setting.Key.Replace("__", ":", StringComparison.Ordinal)}={setting.Value}"),
            "--urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=None",
        ];
        var found = new TaskCompletionSource<IReadOnlyList<string>>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var listening = DiagnosticListener.AllListeners.Subscribe(new Hosts());
        var running = Task.Run(() =>
        {
            Wanted.Value = found;
            typeof(Caller).Assembly.EntryPoint!.Invoke(null, [arguments]);
        });
        await Task.WhenAny(found.Task, running).WaitAsync(Limit);
        await running.WaitAsync(Limit);
        return await found.Task.WaitAsync(TimeSpan.Zero);
    }

    private static List<string> Of(IServiceProvider services) =>
    [
        .. services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(route => (route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["*"])
                .Select(method => $"{method} {PathOf(route)}"))
            .Distinct().Order(StringComparer.Ordinal),
    ];

    /// <summary>Without what a parameter must be like.</summary>
    private static string PathOf(RouteEndpoint route) =>
        Regex.Replace("/" + route.RoutePattern.RawText!.Trim('/'), @"\{(\w+):\w+\}", "{$1}");

    /// <summary>A host that is built on the way from <see cref="Of(IReadOnlyDictionary{string, string})"/> tells its routes, and ends.</summary>
    private sealed class Hosts : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
    {
        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == "Microsoft.Extensions.Hosting") value.Subscribe(this);
        }

        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (value is not { Key: "HostBuilt", Value: IHost host } || Wanted.Value is not { } found) return;
            var lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
            lifetime.ApplicationStarted.Register(() =>
            {
                found.TrySetResult(Of(host.Services));
                lifetime.StopApplication();
            });
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }
    }
}
