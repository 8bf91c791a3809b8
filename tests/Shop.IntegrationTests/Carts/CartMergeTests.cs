using System.Collections.Immutable;
using CsCheck;
using Shop.Api.Cart;
using Shop.Tests.Api;
using Xunit;

namespace Shop.IntegrationTests.Carts;

public sealed class CartMergeTests(CartsFixture shop) : IClassFixture<CartsFixture>
{
    [Fact]
    public async Task The_server_merges_as_the_model_does() => await Gen.Select(CartMergeModel.Carts, CartMergeModel.Carts)
        .SampleAsync(async (persons, guests) =>
        {
            var (person, guest) = (CartsFixture.NewPerson(), CartsFixture.NewGuest());
            await shop.Fill(person, persons.Values);
            await shop.Fill(guest, guests.Values);
            var expected = CartMergeModel.Merge(persons, guests);

            Assert.Equal(!guests.IsEmpty, await shop.Merges.Merge(guest, person));

            var leftOut = (await shop.Carts.Read(person)).LeftOut.Select(left => left with { Occasion = "" });
            Assert.Equal(expected.Cart, await Read(person));
            Assert.Equal(
                guests.IsEmpty ? [] : expected.LeftOut.OrderBy(left => left.ToString(), StringComparer.Ordinal),
                leftOut.OrderBy(left => left.ToString(), StringComparer.Ordinal));
            Assert.Empty(await Read(guest));
        }, iter: 150);

    /// <summary>A merge that dies after any of its steps, and is begun again by anyone, any number of times.</summary>
    [Fact]
    public async Task However_often_it_is_cut_off_it_merges_once() => await Gen.Select(
        CartMergeModel.Carts, CartMergeModel.Carts, Gen.Int[0, 3].Array[1, 5])
        .SampleAsync(async (persons, guests, deaths) =>
        {
            var (person, guest) = (CartsFixture.NewPerson(), CartsFixture.NewGuest());
            await shop.Fill(person, persons.Values);
            await shop.Fill(guest, guests.Values);

            foreach (var steps in deaths)
            {
                var parting = steps > 0 ? (await shop.Merges.Leave(guest, person)).Parting : null;
                if (steps > 1 && parting is not null) await shop.Merges.Arrive(parting);
                if (steps > 2 && parting is not null) await shop.Merges.Forget(guest, parting);
            }

            await shop.Merges.Merge(guest, person);
            Assert.False(await shop.Merges.Merge(guest, person));

            Assert.Equal(guests.IsEmpty ? persons : CartMergeModel.Merge(persons, guests).Cart, await Read(person));
            Assert.Empty(await Read(guest));
        }, iter: 100);

    [Fact]
    public async Task Merges_of_one_cart_at_once_bring_it_once()
    {
        var (person, guest) = (CartsFixture.NewPerson(), CartsFixture.NewGuest());
        await shop.Add(person, "A", 1);
        await shop.Add(guest, "A", 2);
        await shop.Add(guest, "B", 3);

        await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => shop.Merges.Merge(guest, person)));

        Assert.Equal("A×3 B×3", await shop.Told(person));
    }

    [Fact]
    public async Task A_cart_that_was_on_its_way_to_another_person_arrives_there()
    {
        var (first, second, guest) = (CartsFixture.NewPerson(), CartsFixture.NewPerson(), CartsFixture.NewGuest());
        await shop.Add(guest, "A");
        await shop.Merges.Leave(guest, first);
        await shop.Add(guest, "B");

        await shop.Merges.Merge(guest, second);

        Assert.Equal("A×1", await shop.Told(first));
        Assert.Equal("B×1", await shop.Told(second));
    }

    [Fact]
    public async Task Adds_to_both_carts_during_merges_lose_no_unit()
    {
        var (person, guest) = (CartsFixture.NewPerson(), CartsFixture.NewGuest());

        await Task.WhenAll(Enumerable.Range(0, 240).Select(async number =>
        {
            if (number % 6 == 0) await shop.Merges.Merge(guest, person);
            else
            {
                var owner = number % 2 == 0 ? person : guest;
                Assert.Null((await shop.Add(owner, $"A-{number % 10}")).Refusal);
            }
        }));
        await shop.Merges.Merge(guest, person);

        Assert.Equal(200, (await shop.Carts.Read(person)).Lines.Sum(line => line.Quantity));
        Assert.Empty((await shop.Carts.Read(guest)).Lines);
    }

    private async Task<ImmutableSortedDictionary<string, CartLine>> Read(string owner) =>
        (await shop.Carts.Read(owner)).Lines
            .ToImmutableSortedDictionary(line => line.Sku, line => line, StringComparer.Ordinal);
}
