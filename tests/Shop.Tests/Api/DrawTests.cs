using System.Security.Cryptography;
using Shop.Api.Sales;
using Xunit;

namespace Shop.Tests.Api;

public sealed class DrawTests
{
    [Theory]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    [InlineData("5b0e3c1f-9a7d-4e62-8f41-2c6d0a9b7e35")]
    public void A_tickets_number_is_what_the_recipe_says(string ticket)
    {
        var seed = Enumerable.Range(0, 32).Select(each => (byte)each).ToArray();
        // The recipe by other means: hexadecimal text instead of bytes.
        var text = Convert.ToHexString(seed) + ticket.Replace("-", "", StringComparison.Ordinal);
        var hash = Convert.ToHexString(SHA256.HashData(Convert.FromHexString(text)));

        Assert.Equal(Convert.ToInt64(hash[..12], 16), Draw.NumberOf(seed, Guid.Parse(ticket)));
    }

    [Fact]
    public void Another_seed_makes_another_order_and_every_place_is_as_likely()
    {
        var random = new Random(20261127);
        var tickets = Enumerable.Range(0, 10).Select(_ => Ticket(random)).ToArray();
        var first = new int[tickets.Length];
        for (var i = 0; i < 10_000; i++)
        {
            var seed = new byte[32];
            random.NextBytes(seed);
            first[Array.IndexOf(tickets, tickets.MinBy(ticket => Draw.NumberOf(seed, ticket)))]++;
        }

        // A thousand each, and four standard deviations.
        Assert.All(first, times => Assert.InRange(times, 880, 1_120));
    }

    [Fact]
    public void Numbers_are_below_the_places_of_those_who_come_later()
    {
        var random = new Random(20261127);

        Assert.All(Enumerable.Range(0, 1_000), _ => Assert.InRange(
            Draw.NumberOf([1, 2, 3], Ticket(random)), 0, Draw.Numbers - 1));
    }

    [Theory]
    [InlineData(100, 2, null, 1.2, 80)]
    [InlineData(100, 2, 1.0, 1.2, 120)]
    [InlineData(100, 2, 2.0, 1.2, 60)]
    [InlineData(1, 2, 2.0, 1.2, 1)]
    [InlineData(0, 2, 1.0, 1.2, 0)]
    public void As_many_are_let_in_as_there_are_units_for(int left, int limit, double? typical, double overcommit, int room)
    {
        var sale = new SaleTerms(
            Guid.NewGuid(), "SKU-1", DateTime.UnixEpoch, DateTime.MaxValue, limit, 100, 100 - left, left, typical, true, false, [], []);

        Assert.Equal(room, RoomKeeper.Room(sale, overcommit));
    }

    private static Guid Ticket(Random random)
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes);
    }
}
