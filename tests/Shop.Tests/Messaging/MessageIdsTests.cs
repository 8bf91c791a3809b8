using Shop.Messaging.Outbox;
using Xunit;

namespace Shop.Tests.Messaging;

public sealed class MessageIdsTests
{
    private static readonly Guid Cause = new("01890a5d-ac96-774b-bcce-b302099a8057");
    private static readonly Guid Consumer = new("00112233-4455-6677-8899-aabbccddeeff");

    /// <summary>Worked out by another program: ids that are on their way must not change with a release.</summary>
    [Theory]
    [InlineData(0, "ca599aa8-c221-86cb-afc8-674170873f1a")]
    [InlineData(1, "0f6306a5-b0bf-8b82-ae2e-9000754445ad")]
    [InlineData(65_536, "293a66b6-4e0d-855c-9bbd-0e120396a268")]
    public void An_id_is_the_one_it_has_always_been(int position, string expected) =>
        Assert.Equal(new Guid(expected), MessageIds.Derive(Cause, Consumer, position));

    [Fact]
    public void An_id_says_that_it_is_a_UUID_of_version_8()
    {
        var text = MessageIds.Derive(Cause, Consumer, 0).ToString();

        Assert.Equal('8', text[14]);
        Assert.Contains(text[19], "89ab");
    }

    [Fact]
    public void Cause_consumer_and_position_each_make_another_id() =>
        Assert.Distinct([
            MessageIds.Derive(Cause, Consumer, 0),
            MessageIds.Derive(Cause, Consumer, 1),
            MessageIds.Derive(Consumer, Cause, 0),
            MessageIds.Derive(Cause, Cause, 0),
        ]);
}
