using System.ComponentModel.DataAnnotations;
using Shop.Api.Checkout;
using Shop.Contracts.Catalog;

namespace Shop.Api.Admin;

/// <summary>A product as it is to be. <see cref="ProductRules"/> says all that is wrong at once.</summary>
internal sealed record ProductRequest
{
    [Required]
    [Length(1, ProductRules.MaxTitle)]
    public string? Title { get; init; }

    [MaxLength(ProductRules.MaxDescription)]
    public string? Description { get; init; }
    [MaxLength(ProductRules.MaxBrand)]
    public string? Brand { get; init; }

    /// <summary>The most special category it belongs to.</summary>
    [Required]
    [Length(1, ProductRules.MaxCategoryId)]
    public string? CategoryId { get; init; }

    [Required]
    public MoneyRequest? Price { get; init; }

    /// <summary>Addresses, the first is shown in lists.</summary>
    [MaxLength(ProductRules.MaxImages)]
    public IReadOnlyList<string?>? Images { get; init; }

    public IReadOnlyDictionary<string, string?>? Attributes { get; init; }

    /// <summary>Whether it is for sale.</summary>
    [Required]
    public bool? Active { get; init; }

    /// <summary>Higher sells more.</summary>
    public long? Popularity { get; init; }

    [MaxLength(ProductRules.MaxSellerId)]
    public string? SellerId { get; init; }

    public PutProduct ToCommand(string sku, DateTimeOffset now) => new()
    {
        Sku = sku,
        Title = Title!,
        Description = Description ?? "",
        Brand = Brand,
        CategoryId = CategoryId!,
        Price = Price!.ToMoney(),
        Images = [.. (Images ?? []).Select(image => image!)],
        Attributes = (Attributes ?? new Dictionary<string, string?>())
            .ToDictionary(each => each.Key, each => each.Value!),
        Active = Active!.Value,
        Popularity = Popularity,
        SellerId = SellerId,
        PutAt = now,
    };
}
