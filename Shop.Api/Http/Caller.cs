namespace Shop.Api.Http;

/// <summary>Who is calling: a person with a bearer token, or a guest, who has a session once a cart was filled.</summary>
internal sealed class Caller
{
    private readonly HttpContext _context;
    private readonly bool _isPerson;

    private Caller(HttpContext context, string? owner, bool isPerson)
    {
        _context = context;
        _isPerson = isPerson;
        Owner = owner;
    }

    /// <summary><c>user:{subject}</c> or <c>guest:{session}</c>; null for a guest without a session.</summary>
    public string? Owner { get; private set; }

    /// <summary>Of a person: the guest whose session their client still has, <c>guest:{session}</c>; otherwise null.</summary>
    public string? Guest => _isPerson ? Session(_context) : null;

    /// <summary>The owner of what is about to be written: a guest without a session gets one.</summary>
    public string OwnerForWriting() =>
        Owner ??= _context.RequestServices.GetRequiredService<GuestSessions>().Issue(_context);

    /// <summary>Found out once a request.</summary>
    public static Caller Of(HttpContext context)
    {
        if (context.Features.Get<Caller>() is { } known) return known;
        var caller = context.User.Identity is { IsAuthenticated: true }
            ? new Caller(context, "user:" + context.User.FindFirst(Callers.SubjectClaim)!.Value, isPerson: true)
            : new Caller(context, Session(context), isPerson: false);
        context.Features.Set(caller);
        return caller;
    }

    public static ValueTask<Caller> BindAsync(HttpContext context) => ValueTask.FromResult(Of(context));

    private static string? Session(HttpContext context) =>
        context.RequestServices.GetRequiredService<GuestSessions>().Read(context);
}

/// <summary>Who may do what, by name. Set once on a group of routes.</summary>
internal static class Policies
{
    /// <summary>Anyone; but a token that is sent must be a good one, and is not taken for a guest's silence.</summary>
    public const string Caller = "caller";

    /// <summary>Anyone who is logged in.</summary>
    public const string Person = "person";

    public const string Ops = "ops";
}
