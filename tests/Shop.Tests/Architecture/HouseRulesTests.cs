using System.Reflection;
using ArchUnitNET.Fluent;
using ArchUnitNET.Loader;
using Shop.Contracts;
using Shop.Contracts.Orders;
using Shop.Messaging;
using Shop.Sagas.Checkout;
using Shop.Typesense;
using Shop.Workers.Inventory;
using Xunit;

namespace Shop.Tests.Architecture;

/// <summary>Holds the shop to the rules of the house. Each rule has a twin that it must find guilty.</summary>
public sealed class HouseRulesTests
{
    private const string Twins = "Shop.Tests.Architecture.Twins";

    private static readonly Assembly Api = Assembly.Load("Shop.Api");
    private static readonly Assembly Contracts = typeof(ICommand).Assembly;
    private static readonly Assembly Workers = typeof(StockItem).Assembly;
    private static readonly Assembly Sagas = typeof(Order).Assembly;

    private static readonly ArchUnitNET.Domain.Architecture Shop = new ArchLoader()
        .LoadAssemblies(
            Contracts, typeof(ShopBus).Assembly, typeof(TypesenseClient).Assembly, Api, Workers, Sagas, typeof(HouseRulesTests).Assembly).Build();

    private static readonly string[] Contexts =
        ["Catalog", "Inventory", "Payments", "Fulfillment", "Reviews", "Recommendations", "Search", "Notifications", "Webhooks"];

    public static TheoryData<string, string> Neighbours()
    {
        var pairs = new TheoryData<string, string>();
        foreach (var one in Contexts)
            foreach (var other in Contexts.Where(other => other != one)) pairs.Add(one, other);
        return pairs;
    }

    [Theory]
    [MemberData(nameof(Neighbours))]
    public void Contexts_know_each_other_only_by_their_messages(string one, string other) =>
        Holds(HouseRules.StaysApart($"Shop.Workers.{one}", $"Shop.Workers.{other}"));

    [Fact]
    public void A_context_that_reaches_into_another_is_found() =>
        IsBroken(HouseRules.StaysApart($"{Twins}.Workers.Payments", $"{Twins}.Workers.Inventory"));

    [Theory]
    [InlineData("Shop.Api", "Shop.Workers")]
    [InlineData("Shop.Api", "Shop.Sagas")]
    [InlineData("Shop.Workers", "Shop.Api")]
    [InlineData("Shop.Workers", "Shop.Sagas")]
    [InlineData("Shop.Sagas", "Shop.Api")]
    [InlineData("Shop.Sagas", "Shop.Workers")]
    [InlineData("Shop.Messaging", "Shop.Api")]
    [InlineData("Shop.Messaging", "Shop.Workers")]
    [InlineData("Shop.Messaging", "Shop.Sagas")]
    [InlineData("Shop.Messaging", "Shop.Typesense")]
    [InlineData("Shop.Typesense", "Shop.Api")]
    [InlineData("Shop.Typesense", "Shop.Contracts")]
    [InlineData("Shop.Typesense", "Shop.Messaging")]
    [InlineData("Shop.Typesense", "Shop.Workers")]
    public void Hosts_never_reference_each_other(string one, string other) => Holds(HouseRules.StaysApart(one, other));

    [Theory]
    [InlineData("Shop.Sagas")]
    [InlineData("Shop.Workers.Inventory")]
    [InlineData("Shop.Workers.Payments")]
    [InlineData("Shop.Workers.Fulfillment")]
    [InlineData("Shop.Api.Checkout")]
    [InlineData("Shop.Api.Cart")]
    [InlineData("Shop.Api.Orders")]
    [InlineData("Shop.Api.Requests")]
    public void Recommendations_are_not_on_the_way_of_a_checkout(string onTheWay)
    {
        Holds(HouseRules.StaysApart(onTheWay, "Shop.Contracts.Recommendations"));
        Holds(HouseRules.StaysApart(onTheWay, "Shop.Api.Recommendations"));
    }

    /// <summary>They hear of orders when those are decided, and have nothing to say to anyone.</summary>
    [Theory]
    [InlineData("Shop.Contracts.Inventory")]
    [InlineData("Shop.Contracts.Payments")]
    [InlineData("Shop.Contracts.Fulfillment")]
    public void Recommendations_have_nothing_to_do_with_the_steps_of_a_checkout(string step) =>
        Holds(HouseRules.StaysApart("Shop.Workers.Recommendations", step));

    [Fact]
    public void A_checkout_that_waits_for_recommendations_is_found() =>
        IsBroken(HouseRules.StaysApart($"{Twins}.Sagas", $"{Twins}.Contracts.Recommendations"));

    [Fact]
    public void The_vocabulary_needs_no_package() =>
        Assert.All(Contracts.GetReferencedAssemblies(), reference => Assert.StartsWith("System.", reference.Name!, StringComparison.Ordinal));

    [Fact]
    public void The_plumbing_knows_no_message() => Holds(HouseRules.KnowsNoMessage("Shop.Messaging", "Shop.Contracts"));

    [Fact]
    public void Plumbing_that_knows_a_message_is_found() =>
        IsBroken(HouseRules.KnowsNoMessage($"{Twins}.Messaging", $"{Twins}.Contracts"));

    [Theory]
    [InlineData("Shop.Api")]
    [InlineData("Shop.Workers")]
    [InlineData("Shop.Sagas")]
    public void A_host_keeps_its_types_to_itself(string host) => Holds(HouseRules.KeepsToItself(host));

    [Fact]
    public void A_public_type_of_a_host_is_found() => IsBroken(HouseRules.KeepsToItself($"{Twins}.Workers"));

    [Theory]
    [InlineData("Shop.Api")]
    [InlineData("Shop.Messaging")]
    [InlineData("Shop.Workers")]
    [InlineData("Shop.Sagas")]
    [InlineData("Shop.Typesense")]
    public void Nobody_looks_at_a_clock_of_his_own(string project) => Holds(HouseRules.AsksTheClockItWasGiven(project));

    [Fact]
    public void One_who_looks_at_a_clock_of_his_own_is_found() => IsBroken(HouseRules.AsksTheClockItWasGiven(Twins));

    [Fact]
    public void A_command_has_one_consumer() => Assert.Empty(HouseRules.CommandsWithoutTheirOneConsumer(
        Contracts.GetTypes(), [.. Workers.GetTypes(), .. Sagas.GetTypes()], new HashSet<string> { Queues.Checkout, Queues.Returns }));

    [Fact]
    public void A_command_with_two_consumers_is_found() => Assert.Equal(["TakeStock"],
        HouseRules.CommandsWithoutTheirOneConsumer(TwinTypes, TwinTypes, new HashSet<string>()));

    [Fact]
    public void A_command_with_no_consumer_is_found() => Assert.Equal(["TakeStock"],
        HouseRules.CommandsWithoutTheirOneConsumer(TwinTypes, [], new HashSet<string>()));

    [Fact]
    public void Messages_are_sealed_and_never_change() => Assert.Empty(HouseRules.MessagesThatCanChange(Contracts.GetTypes()));

    [Fact]
    public void A_message_that_can_change_is_found() =>
        Assert.Equal(["StockTaken"], HouseRules.MessagesThatCanChange(TwinTypes));

    [Theory]
    [InlineData("Catalog")]
    [InlineData("Inventory")]
    [InlineData("Payments")]
    [InlineData("Fulfillment")]
    [InlineData("Reviews")]
    [InlineData("Recommendations")]
    [InlineData("Search")]
    [InlineData("Notifications")]
    [InlineData("Webhooks")]
    public void No_statement_touches_the_tables_of_another_context(string context)
    {
        var others = Contexts.Where(other => other != context).Append("Orders").Append("Requests").Select(name => name.ToLowerInvariant());
        var lines = Repository.Sources(Path.Combine("Shop.Workers", context))
            .SelectMany(File.ReadLines);

        Assert.Empty(HouseRules.LinesThatNameTablesOf(lines, others));
    }

    [Fact]
    public void A_statement_that_touches_them_is_found() => Assert.Single(
        HouseRules.LinesThatNameTablesOf(["select 1", "update inventory.stock_item set reserved = 0"], ["inventory"]));

    [Fact]
    public void A_statement_that_reads_what_they_publish_is_not() => Assert.Empty(
        HouseRules.LinesThatNameTablesOf(["select sku from inventory.availability_view"], ["inventory"]));

    private static IEnumerable<System.Type> TwinTypes => typeof(HouseRulesTests).Assembly.GetTypes()
        .Where(type => type.Namespace?.StartsWith(Twins, StringComparison.Ordinal) == true);

    private static void Holds(IArchRule rule) => Assert.Empty(
        rule.Evaluate(Shop).Where(result => !result.Passed).Select(result => result.Description));

    private static void IsBroken(IArchRule rule) => Assert.False(rule.HasNoViolations(Shop));
}
