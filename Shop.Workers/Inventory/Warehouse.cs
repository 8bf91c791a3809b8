using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Shop.Contracts.Inventory;

namespace Shop.Workers.Inventory;

/// <summary>A place that ships. Its stock may be known before it: they come by different queues.</summary>
internal sealed class Warehouse
{
    public required string Code { get; init; }
    public required string Name { get; set; }
    public required string Line1 { get; set; }
    public string? Line2 { get; set; }
    public required string City { get; set; }
    public string? Region { get; set; }
    public required string PostalCode { get; set; }

    /// <summary>ISO 3166-1 alpha-2.</summary>
    public required string Country { get; set; }

    /// <summary>Degrees north, WGS 84.</summary>
    public required double Latitude { get; set; }

    /// <summary>Degrees east, WGS 84.</summary>
    public required double Longitude { get; set; }

    public static Warehouse Open(PutWarehouse command) => new()
    {
        Code = command.Code,
        Name = command.Name,
        Line1 = command.Address.Line1,
        Line2 = command.Address.Line2,
        City = command.Address.City,
        Region = command.Address.Region,
        PostalCode = command.Address.PostalCode,
        Country = command.Address.Country,
        Latitude = command.Latitude,
        Longitude = command.Longitude,
    };

    public void Change(PutWarehouse command)
    {
        Name = command.Name;
        Line1 = command.Address.Line1;
        Line2 = command.Address.Line2;
        City = command.Address.City;
        Region = command.Address.Region;
        PostalCode = command.Address.PostalCode;
        Country = command.Address.Country;
        Latitude = command.Latitude;
        Longitude = command.Longitude;
    }
}

internal sealed class WarehouseConfiguration : IEntityTypeConfiguration<Warehouse>
{
    public void Configure(EntityTypeBuilder<Warehouse> builder)
    {
        builder.ToTable("warehouse", table => table.HasCheckConstraint(
            "ck_warehouse_on_earth", "latitude between -90 and 90 and longitude between -180 and 180"));
        builder.HasKey(warehouse => warehouse.Code);
    }
}
