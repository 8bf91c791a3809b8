namespace Shop.Api.Http;

/// <summary>Who is calling: a person with a bearer token, or a guest, who has a session once a cart was filled.</summary>
internal sealed class Caller
{
    private readonly HttpContext _context;

    private Caller(HttpContext context, string? owner)
    {
        _context = context;
        Owner = owner;
    }

    /// <summary><c>user:{subject}</c> or <c>guest:{session}</c>; null for a guest without a session.</summary>
    public string? Owner { get; private set; }

    /// <summary>The owner of what is about to be written: a guest without a session gets one.</summary>
    public string OwnerForWriting() =>
        Owner ??= _context.RequestServices.GetRequiredService<GuestSessions>().Issue(_context);

    /// <summary>Found out once a request.</summary>
    public static Caller Of(HttpContext context)
    {
        if (context.Features.Get<Caller>() is { } known) return known;
        var owner = context.User.Identity is { IsAuthenticated: true }
            ? "user:" + context.User.FindFirst(Callers.SubjectClaim)!.Value
            : context.RequestServices.GetRequiredService<GuestSessions>().Read(context);
        var caller = new Caller(context, owner);
        context.Features.Set(caller);
        return caller;
    }

    public static ValueTask<Caller> BindAsync(HttpContext context) => ValueTask.FromResult(Of(context));
}

/// <summary>Who may do what, by name. Set once on a group of routes.</summary>
internal static class Policies
{
    /// <summary>Anyone; but a token that is sent must be a good one, and is not taken for a guest's silence.</summary>
    public const string Caller = "caller";

    /// <summary>Anyone who is logged in.</summary>
    public const string Person = "person";

    public const string Seller = "seller";
    public const string Ops = "ops";
}
