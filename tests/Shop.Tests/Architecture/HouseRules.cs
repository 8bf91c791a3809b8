using System.Text.RegularExpressions;
using ArchUnitNET.Domain.Extensions;
using ArchUnitNET.Fluent;
using MassTransit;
using Shop.Contracts;
using Shop.Messaging;
using Shop.Messaging.GroupCommit;
using static ArchUnitNET.Fluent.ArchRuleDefinition;

namespace Shop.Tests.Architecture;

/// <summary>
/// The rules of the house, each a function of the namespaces it speaks of, so that it can be held against code that
/// breaks it (see <see cref="HouseRulesTests"/>) as well as against the shop.
/// </summary>
internal static class HouseRules
{
    /// <summary>What is in the one namespace knows nothing of the other, nor of what is below that.</summary>
    public static IArchRule StaysApart(string from, string other) =>
        Types().That().ResideInNamespaceMatching(Below(from))
            .Should().NotDependOnAnyTypesThat().ResideInNamespaceMatching(Below(other))
            .WithoutRequiringPositiveResults();

    /// <summary>The plumbing knows the markers of messages, and no message.</summary>
    public static IArchRule KnowsNoMessage(string plumbing, string contracts) =>
        Types().That().ResideInNamespaceMatching(Below(plumbing))
            .Should().NotDependOnAnyTypesThat().ResideInNamespaceMatching($@"^{Escape(contracts)}\..+$")
            .WithoutRequiringPositiveResults();

    /// <summary>A host keeps its types to itself; migrations are public because their tool makes them so.</summary>
    public static IArchRule KeepsToItself(string host) =>
        Classes().That().ResideInNamespaceMatching(Below(host)).And().AreNotNested().And().DoNotResideInNamespaceMatching(@"\.Migrations$")
            .Should().NotBePublic().WithoutRequiringPositiveResults();

    /// <summary>Time comes from a <see cref="TimeProvider"/>, or from the database.</summary>
    public static IArchRule AsksTheClockItWasGiven(string from) =>
        Classes().That().ResideInNamespaceMatching(Below(from))
            .Should().FollowCustomCondition(
                type => !type.GetCalledMethods().Any(method => Regex.IsMatch(
                    method.FullName, @"System\.DateTime(Offset)?::get_(UtcNow|Now|Today)\(\)")),
                "ask the clock they were given", "looks at the machine's clock")
            .WithoutRequiringPositiveResults();

    /// <summary>A command has exactly one consumer: a class that takes it, or the machine whose queue it names.</summary>
    public static IEnumerable<string> CommandsWithoutTheirOneConsumer(
        IEnumerable<Type> contracts, IEnumerable<Type> consumers, IReadOnlySet<string> machines)
    {
        var taken = consumers
            .SelectMany(type => type.GetInterfaces())
            .Where(type => type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(IConsumer<>)
                || type.GetGenericTypeDefinition() == typeof(IGroupConsumer<>)))
            .GroupBy(type => type.GetGenericArguments()[0])
            .ToDictionary(group => group.Key, group => group.Count());
        return contracts.Where(type => typeof(ICommand).IsAssignableFrom(type) && type.IsClass)
            .Where(type => taken.GetValueOrDefault(type) + (machines.Contains(QueueNames.OfCommand(type)) ? 1 : 0) != 1)
            .Select(type => type.Name);
    }

    /// <summary>Messages are sealed records whose properties are set once.</summary>
    public static IEnumerable<string> MessagesThatCanChange(IEnumerable<Type> contracts) =>
        from type in contracts
        where typeof(ICommand).IsAssignableFrom(type) || typeof(IEvent).IsAssignableFrom(type)
        where type.IsClass
        where !type.IsSealed || type.GetProperties().Any(property => property.SetMethod is { } set
            && !set.ReturnParameter.GetRequiredCustomModifiers().Any(modifier => modifier.Name == "IsExternalInit"))
        select type.Name;

    /// <summary>Lines of a context's sources that name another context's tables. Its views are there to be read.</summary>
    public static IEnumerable<string> LinesThatNameTablesOf(IEnumerable<string> lines, IEnumerable<string> schemas) =>
        from line in lines
        from schema in schemas
        where Regex.IsMatch(
            line, $@"\b(from|join|into|update|table|using)\s+""?{schema}""?\.(?!\w+_view\b)", RegexOptions.IgnoreCase)
        select line.Trim();

    private static string Below(string space) => $@"^{Escape(space)}(\..+)?$";

    private static string Escape(string space) => Regex.Escape(space);
}
