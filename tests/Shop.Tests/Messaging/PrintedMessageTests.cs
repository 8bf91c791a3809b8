using System.Runtime.CompilerServices;
using Shop.Contracts;
using Xunit;

namespace Shop.Tests.Messaging;

/// <summary>A message may end in a log or in an exception's text, by whoever prints it.</summary>
public sealed class PrintedMessageTests
{
    private const string Secret = "nobody else's";

    private static readonly string[] Secrets = ["Email", "PaymentMethod", "Url"];

    public static TheoryData<Type> Telling => [.. typeof(ICommand).Assembly.GetTypes().Where(type =>
        type.IsClass && type.GetProperties().Any(property => IsSecret(property.Name) || property.PropertyType == typeof(Address)))];

    [Fact]
    public void There_are_such_messages() => Assert.NotEmpty(Telling);

    [Theory]
    [MemberData(nameof(Telling))]
    public void It_tells_neither_person_nor_card(Type type)
    {
        var message = RuntimeHelpers.GetUninitializedObject(type);
        foreach (var property in type.GetProperties())
        {
            if (IsSecret(property.Name)) property.SetValue(message, Secret);
            if (property.PropertyType == typeof(Address))
                property.SetValue(message, new Address(Secret, Secret, Secret, Secret, Secret, Secret, "US"));
        }

        Assert.DoesNotContain(Secret, message.ToString(), StringComparison.Ordinal);
    }

    private static bool IsSecret(string property) => Secrets.Contains(property);
}
