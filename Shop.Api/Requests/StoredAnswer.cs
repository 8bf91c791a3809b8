namespace Shop.Api.Requests;

/// <summary>The answer to an accepted request, for the first time or again, byte for byte.</summary>
internal sealed class StoredAnswer(AcceptedRequest request, bool isReplay) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = request.StatusCode;
        foreach (var (name, value) in request.Headers) response.Headers[name] = value;
        if (isReplay) response.Headers["Idempotent-Replayed"] = "true";
        response.ContentLength = request.Body.Length;
        return response.Body.WriteAsync(request.Body, httpContext.RequestAborted).AsTask();
    }
}
