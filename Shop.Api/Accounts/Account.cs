using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Shop.Api.Accounts;

/// <summary>
/// A person who can log in, by e-mail address. Its failed attempts and its lock are changed by <see cref="LogIn"/>
/// alone, in SQL.
/// </summary>
internal sealed class Account : IdentityUser<Guid>
{
    public const int ShortestPassword = 10;
    public const int LongestPassword = 128;

    public static Account Of(string email) => new() { Id = Guid.CreateVersion7(), UserName = email, Email = email };
}

internal sealed class AccountTable : IEntityTypeConfiguration<Account>
{
    public void Configure(EntityTypeBuilder<Account> account)
    {
        account.ToTable("account");
        account.HasIndex(row => row.NormalizedUserName).IsUnique().HasDatabaseName("ix_account_normalized_user_name");
        account.HasIndex(row => row.NormalizedEmail).HasDatabaseName("ix_account_normalized_email");
    }
}

/// <summary>What an account may be. The ids are fixed, so that a role can be given without being looked up.</summary>
internal static class Roles
{
    /// <summary>Everyone who registers.</summary>
    public const string Customer = "customer";

    public const string Seller = "seller";
    public const string Ops = "ops";

    private static readonly Guid CustomerId = new("0195a3c0-0000-7000-8000-000000000001");
    private static readonly Guid SellerId = new("0195a3c0-0000-7000-8000-000000000002");
    private static readonly Guid OpsId = new("0195a3c0-0000-7000-8000-000000000003");

    public static IEnumerable<IdentityRole<Guid>> All =>
        [Row(CustomerId, Customer), Row(SellerId, Seller), Row(OpsId, Ops)];

    public static Guid IdOf(string role) => role switch
    {
        Customer => CustomerId,
        Seller => SellerId,
        Ops => OpsId,
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, "There is no such role."),
    };

    private static IdentityRole<Guid> Row(Guid id, string name) => new()
    {
        Id = id,
        Name = name,
        NormalizedName = name.ToUpperInvariant(),
        ConcurrencyStamp = id.ToString(),
    };
}

internal sealed class RoleTable : IEntityTypeConfiguration<IdentityRole<Guid>>
{
    public void Configure(EntityTypeBuilder<IdentityRole<Guid>> role)
    {
        role.ToTable("role");
        role.HasIndex(row => row.NormalizedName).IsUnique().HasDatabaseName("ix_role_normalized_name");
        role.HasData(Roles.All);
    }
}
