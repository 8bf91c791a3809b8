using System.Diagnostics;

namespace Shop.Api.Http;

/// <summary>
/// Has what follows belong to the trace that the caller names (W3C Trace Context), or to one of its own: refusals say which,
/// and messages carry it on. The framework does so for each request before anything else looks at it, which a page from
/// memory need not pay for; where traces are exported, it still does, and this does nothing.
/// </summary>
internal sealed class TraceContext(RequestDelegate next)
{
    private const string Name = "Shop.Api.Request";

    public Task InvokeAsync(HttpContext context) => Activity.Current is null ? Traced(context) : next(context);

    private async Task Traced(HttpContext context)
    {
        using var activity = new Activity(Name);
        var headers = context.Request.Headers;
        if (headers.TraceParent is [{ } parent] && ActivityContext.TryParse(parent, headers.TraceState, out _))
        {
            activity.SetParentId(parent);
            activity.TraceStateString = headers.TraceState;
        }

        activity.Start();
        await next(context);
    }
}
