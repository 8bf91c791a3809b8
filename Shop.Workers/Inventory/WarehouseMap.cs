using System.Collections.Frozen;
using Shop.Contracts;

namespace Shop.Workers.Inventory;

internal sealed record WarehouseSite(
    string Code, string? Region, string PostalCode, string Country, double Latitude, double Longitude);

/// <summary>A point on the sphere as a unit vector, so that neither poles nor date line need care.</summary>
internal readonly record struct Place(double X, double Y, double Z)
{
    /// <summary>The mean radius of the Earth (IUGG), kilometres.</summary>
    public const double EarthRadius = 6371.0088;

    public static Place At(double latitude, double longitude)
    {
        var (sinLatitude, cosLatitude) = Math.SinCos(double.DegreesToRadians(latitude));
        var (sinLongitude, cosLongitude) = Math.SinCos(double.DegreesToRadians(longitude));
        return new Place(cosLatitude * cosLongitude, cosLatitude * sinLongitude, sinLatitude);
    }

    /// <summary>
    /// The great-circle distance in kilometres by the haversine formula, 2R·asin(√h). In unit vectors √h is half
    /// the chord between the two (R. W. Sinnott, "Virtues of the haversine", Sky and Telescope 68(2), 1984).
    /// </summary>
    public double KilometresTo(Place other)
    {
        var (x, y, z) = (X - other.X, Y - other.Y, Z - other.Z);
        return 2 * EarthRadius * Math.Asin(Math.Min(1, Math.Sqrt(x * x + y * y + z * z) / 2));
    }

    /// <summary>The mean of places, brought back to the sphere. Null where they cancel out.</summary>
    public static Place? Centroid(IEnumerable<Place> places)
    {
        var (x, y, z) = (0d, 0d, 0d);
        foreach (var place in places)
            (x, y, z) = (x + place.X, y + place.Y, z + place.Z);
        var length = Math.Sqrt(x * x + y * y + z * z);
        return length < 1e-9 ? null : new Place(x / length, y / length, z / length);
    }
}

/// <summary>
/// Where warehouses and destinations are. A destination is taken to lie at the centroid of the warehouses that share
/// the longest part of its postal code (5, 3 or 1 characters) in its country, else at that of its region's, else
/// nowhere. All of that is worked out when the map is built, so that a look-up is a few hash probes and a distance
/// a few multiplications; nothing grows with the number of destinations.
/// </summary>
internal sealed class WarehouseMap
{
    private static readonly int[] PrefixLengths = [5, 3, 1];

    private readonly FrozenDictionary<string, Place> _warehouses;
    private readonly FrozenDictionary<Area, Place> _centroids;

    public WarehouseMap(IReadOnlyCollection<WarehouseSite> warehouses)
    {
        _warehouses = warehouses.ToFrozenDictionary(
            site => site.Code, site => Place.At(site.Latitude, site.Longitude), StringComparer.Ordinal);
        _centroids = warehouses
            .SelectMany(site => Areas(site.Country, site.PostalCode, site.Region), (site, area) => (site.Code, area))
            .GroupBy(each => each.area, each => _warehouses[each.Code])
            .Select(group => (Area: group.Key, Centre: Place.Centroid(group)))
            .Where(each => each.Centre is not null)
            .ToFrozenDictionary(each => each.Area, each => each.Centre!.Value);
    }

    public Place? Find(Address destination)
    {
        foreach (var area in Areas(destination.Country, destination.PostalCode, destination.Region))
            if (_centroids.TryGetValue(area, out var centre))
                return centre;
        return null;
    }

    /// <summary>Kilometres; infinity if either end is unknown.</summary>
    public double Distance(Place? from, string warehouse) =>
        from is { } place && _warehouses.TryGetValue(warehouse, out var there)
            ? place.KilometresTo(there)
            : double.PositiveInfinity;

    /// <summary>From the smallest to the largest.</summary>
    private static IEnumerable<Area> Areas(string country, string postalCode, string? region)
    {
        country = Normal(country);
        postalCode = Normal(postalCode);
        foreach (var length in PrefixLengths)
            if (postalCode.Length >= length)
                yield return new Area(country, AreaKind.PostalCode, postalCode[..length]);
        if (Normal(region) is { Length: > 0 } name)
            yield return new Area(country, AreaKind.Region, name);
    }

    private static string Normal(string? text) =>
        (text ?? "").Replace(" ", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal)
            .ToUpperInvariant();

    private enum AreaKind
    {
        PostalCode,
        Region,
    }

    private readonly record struct Area(string Country, AreaKind Kind, string Name);
}
