using CsCheck;
using Shop.Contracts;
using Shop.Workers.Inventory;
using Xunit;

namespace Shop.Tests.Inventory;

public class WarehouseMapTests
{
    private static readonly WarehouseMap Map = new(
    [
        new("MSP", "MN", "55425", "US", 44.85, -93.25),
        new("STP", "MN", "55101", "US", 44.95, -93.09),
        new("DUL", "MN", "55802", "US", 46.78, -92.10),
        new("PHX", "AZ", "85281", "US", 33.43, -111.90),
        new("BER", null, "55425", "DE", 52.52, 13.40),
    ]);

    [Fact]
    public void A_destination_lies_at_the_warehouse_that_shares_its_whole_postal_code() =>
        Assert.Equal(0, DistanceFrom("55425-1234", "ZZ", "US", "MSP"), 1e-6);

    [Fact]
    public void Three_characters_decide_when_five_are_not_known() =>
        Assert.Equal(0, DistanceFrom("55899", "AZ", "US", "DUL"), 1e-6);

    [Fact]
    public void One_character_means_the_centroid_of_all_that_share_it()
    {
        var place = Map.Find(To("59999", null, "US"));
        var centroid = Place.Centroid([Place.At(44.85, -93.25), Place.At(44.95, -93.09), Place.At(46.78, -92.10)]);

        Assert.Equal(centroid, place);
    }

    [Fact]
    public void The_region_decides_when_the_postal_code_is_strange() =>
        Assert.Equal(0, DistanceFrom("X1", "az", "us", "PHX"), 1e-6);

    [Fact]
    public void Postal_codes_are_compared_within_their_country() =>
        Assert.Equal(0, DistanceFrom("55425", "MN", "DE", "BER"), 1e-6);

    [Fact]
    public void An_unknown_destination_is_infinitely_far_from_everywhere() =>
        Assert.Equal(double.PositiveInfinity, DistanceFrom("75001", "Paris", "FR", "BER"));

    [Fact]
    public void An_unknown_warehouse_is_infinitely_far() =>
        Assert.Equal(double.PositiveInfinity, DistanceFrom("55425", "MN", "US", "none"));

    [Fact]
    public void London_is_343_kilometres_from_Paris() => Assert.Equal(
        343.6, Place.At(51.5074, -0.1278).KilometresTo(Place.At(48.8566, 2.3522)), 0.5);

    [Fact]
    public void Distances_are_short_across_the_date_line() => Assert.Equal(
        22.2, Place.At(0, 179.9).KilometresTo(Place.At(0, -179.9)), 0.1);

    [Fact]
    public void Places_that_cancel_out_have_no_centroid() =>
        Assert.Null(Place.Centroid([Place.At(0, 0), Place.At(0, 180)]));

    [Fact]
    public void Distances_agree_with_the_haversine_formula_in_its_usual_form() =>
        Gen.Select(Gen.Double[-90, 90], Gen.Double[-180, 180], Gen.Double[-90, 90], Gen.Double[-180, 180]).Sample(
            (latitude, longitude, otherLatitude, otherLongitude) =>
            {
                var expected = Haversine(latitude, longitude, otherLatitude, otherLongitude);
                var actual = Place.At(latitude, longitude).KilometresTo(Place.At(otherLatitude, otherLongitude));
                // Near the antipode the arcsine amplifies the last bits to some metres.
                return Math.Abs(expected - actual) < 0.01;
            });

    private static double DistanceFrom(string postalCode, string? region, string country, string warehouse) =>
        Map.Distance(Map.Find(To(postalCode, region, country)), warehouse);

    private static Address To(string postalCode, string? region, string country) =>
        new("Ada", "1 Main Street", null, "Town", region, postalCode, country);

    private static double Haversine(double latitude, double longitude, double otherLatitude, double otherLongitude)
    {
        static double Square(double x) => x * x;
        var h = Square(Math.Sin(double.DegreesToRadians(otherLatitude - latitude) / 2))
            + Math.Cos(double.DegreesToRadians(latitude)) * Math.Cos(double.DegreesToRadians(otherLatitude))
            * Square(Math.Sin(double.DegreesToRadians(otherLongitude - longitude) / 2));
        return 2 * Place.EarthRadius * Math.Asin(Math.Min(1, Math.Sqrt(h)));
    }
}
