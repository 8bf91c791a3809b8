using System.Text.RegularExpressions;
using Xunit;

namespace Shop.Tests.Compose;

public sealed class ComposeFileTests
{
    private static readonly ComposeFile File = ComposeFile.Read();

    public static TheoryData<string> Built => [.. File.Services.Where(one => one.Project is not null).Select(one => one.Name)];

    [Fact]
    public void It_holds_the_servers_the_steps_and_the_hosts() => Assert.Equal(
        ["api", "import", "mail", "migrate-api", "migrate-sagas", "migrate-workers", "payments", "postgres", "rabbitmq",
            "redis", "sagas", "typesense", "typesense-keys", "workers"],
        File.Services.Select(service => service.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void Every_service_starts_again_or_is_a_step_that_ends() =>
        Assert.DoesNotContain(File.Services, service => service.Restart is not ("unless-stopped" or "no"));

    [Fact]
    public void Every_service_that_stays_has_a_health_check() =>
        Assert.DoesNotContain(File.Services, service => !service.Ends && !service.HasHealthCheck);

    [Fact]
    public void Every_service_has_limits() => Assert.DoesNotContain(File.Services, service => !service.HasLimits);

    // Otherwise `docker compose up --wait` takes the end of the step for a failure.
    [Fact]
    public void Every_step_that_ends_is_waited_for_by_a_service_that_stays() => Assert.Empty(File.Services
        .Where(service => service.Ends)
        .Select(service => service.Name)
        .Except(File.Services.Where(service => !service.Ends)
            .SelectMany(service => service.WaitsFor("service_completed_successfully"))));

    [Fact]
    public void Every_foreign_image_is_pinned_to_an_exact_version() => Assert.DoesNotContain(
        File.Services,
        service => service.Project is null && !Regex.IsMatch(service.Image ?? "", @":v?\d+\.\d+(\.\d+)?(-[\w.]+)?$"));

    [Fact]
    public void Every_port_is_bound_to_loopback() => Assert.DoesNotContain(
        File.Services.SelectMany(service => service.Ports),
        port => !port.StartsWith("127.0.0.1:", StringComparison.Ordinal));

    // A name or a port of its own would keep a second instance from starting.
    [Theory]
    [InlineData("api")]
    [InlineData("workers")]
    [InlineData("sagas")]
    public void Several_of_a_host_may_run(string name)
    {
        var host = File.Services.Single(service => service.Name == name);
        Assert.False(host.HasContainerName);
        var ports = host.Ports.Select(port => Regex.Match(port, @":-(?<first>\d+)-(?<last>\d+)\}:8080$")).ToList();
        Assert.All(ports, range => Assert.Equal(9, Number(range, "last") - Number(range, "first") + 1));
        Assert.Contains($"SHOP_{name.ToUpperInvariant()}_PORTS=$SHOP_{name.ToUpperInvariant()}_PORT-", ScriptFile.Text(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void No_two_services_share_a_port()
    {
        var ports = File.Services.SelectMany(service => service.Ports)
            .Select(port => Regex.Match(port, @":-(?<first>\d+)(?:-(?<last>\d+))?\}:\d+$"))
            .SelectMany(range => Enumerable.Range(
                Number(range, "first"), range.Groups["last"].Success ? Number(range, "last") - Number(range, "first") + 1 : 1))
            .ToList();
        Assert.Equal(ports.Distinct().Count(), ports.Count);
    }

    private static int Number(Match range, string group) =>
        int.Parse(range.Groups[group].Value, System.Globalization.CultureInfo.InvariantCulture);

    [Fact]
    public void Every_volume_and_config_that_is_used_is_declared_and_the_other_way_round()
    {
        Assert.Equal(File.Volumes.Order(), File.Services.SelectMany(service => service.NamedVolumes).Distinct().Order());
        Assert.Equal(File.Configs.Order(), File.Services.SelectMany(service => service.Configs).Distinct().Order());
    }

    /// <summary>Of servers that only this machine reaches: whoever may ask them has the file as well.</summary>
    private static readonly string[] GoodOnLoopback =
    [
        "BROKER_PASSWORD", "PAYMENTS_KEY", "POSTGRES_PASSWORD", "READER_PASSWORD", "SHOP_PASSWORD", "TYPESENSE_INDEX_KEY",
        "TYPESENSE_KEY", "TYPESENSE_SEARCH_KEY",
    ];

    [Fact]
    public void Only_passwords_of_servers_on_loopback_have_a_default() => Assert.Equal(
        GoodOnLoopback,
        Regex.Matches(ComposeFile.Text(), @"\$\{(?<name>\w*(?:PASSWORD|SECRET|KEY|TOKEN)\w*):?-[^}]")
            .Select(found => found.Groups["name"].Value).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void Every_secret_of_a_service_comes_from_outside() => Assert.Empty(
        from service in File.Services
        from variable in service.Variables
        where Regex.IsMatch(variable, "(?i)(password|pass|secret|key)$")
            && !Regex.IsMatch(service.ValueOf(variable), @"^\$\{\w+:-[^}]*\}$")
        select $"{service} {variable}");

    [Theory]
    [InlineData("WEBHOOK_SECRET")]
    [InlineData("SIGNING_KEY")]
    [InlineData("WEBHOOKS_KEY")]
    [InlineData("OPERATOR_PASSWORD")]
    public void The_script_makes_up_what_has_no_default(string secret)
    {
        Assert.Contains($"${{{secret}:-}}", ComposeFile.Text(), StringComparison.Ordinal);
        Assert.Matches($@"export .*\b{secret}\b", ScriptFile.Text());
    }

    [Theory]
    [MemberData(nameof(Built))]
    public void Every_variable_of_a_service_is_one_that_its_program_reads(string name)
    {
        var service = File.Services.Single(service => service.Name == name);
        var settings = HostSettings.Of(service.Project!);
        Assert.Equal("", string.Join(", ", service.Variables.Where(variable => !settings.Reads(variable))));
    }

    [Theory]
    [InlineData("ConnectionStrings__Nowhere")]
    [InlineData("Payments__Nothing")]
    [InlineData("Nobody__ApiKey")]
    [InlineData("PAYMENTS_KEY")]
    public void A_variable_that_no_program_reads_is_found(string variable) =>
        Assert.False(HostSettings.Of("Shop.Workers").Reads(variable));

    [Theory]
    [InlineData("ConnectionStrings__Orders", """bus.Context<OrdersDbContext>("Orders", orders => { });""")]
    [InlineData("ConnectionStrings__Stock", """const string Name = "Stock"; x = configuration.GetConnectionString(Name);""")]
    [InlineData("Payments__ApiKey", """
        AddOptions<PaymentOptions>().BindConfiguration(PaymentOptions.Section);
        class PaymentOptions { public const string Section = "Payments"; public string? ApiKey { get; init; } }
        """)]
    [InlineData("Telemetry__Share", """configuration.GetValue("Telemetry:Share", 0.0)""")]
    public void A_variable_that_the_source_reads_is_known(string variable, string source) =>
        Assert.True(new HostSettings([source]).Reads(variable));

    [Theory]
    [InlineData("api")]
    [InlineData("workers")]
    [InlineData("sagas")]
    [InlineData("payments")]
    public void The_script_gives_a_host_the_same_variables(string name) => Assert.Equal(
        File.Services.Single(service => service.Name == name).Variables.Order(StringComparer.Ordinal),
        ScriptFile.Variables(name).Order(StringComparer.Ordinal));
}
