using System.Net;
using Stripe;

namespace Shop.Workers.Payments;

/// <summary>
/// One question to the provider: repeated a few times within its time while the trouble may pass, and answered by an
/// object, by a refusal, or by silence.
/// </summary>
internal sealed class ProviderCall(TimeSpan timeout, TimeProvider time)
{
    private const int MaxRepeats = 2;

    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);

    /// <param name="send">Sends it; told how many times it was sent before.</param>
    /// <param name="cancellationToken">Ends the waiting; what was sent may still be carried out.</param>
    public async Task<ProviderAnswer<T>> Ask<T>(
        Func<int, CancellationToken, Task<T>> send,
        CancellationToken cancellationToken)
        where T : class, IStripeEntity
    {
        using var deadline = new CancellationTokenSource(timeout, time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        for (var repeats = 0; ; repeats++)
        {
            ProviderAnswer<T> answer;
            try
            {
                return new(await send(repeats, ended.Token));
            }
            catch (StripeException exception)
            {
                answer = new(exception);
                if (!answer.MayPass)
                    return answer;
            }
            catch (HttpRequestException exception)
            {
                answer = new($"connection: {exception.HttpRequestError}");
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return new("timeout");
            }

            if (repeats == MaxRepeats || !await Pause(repeats, ended.Token, cancellationToken))
                return answer;
        }
    }

    /// <summary>False when there is no time left.</summary>
    private async Task<bool> Pause(int repeats, CancellationToken ended, CancellationToken cancellationToken)
    {
        var longest = FirstDelay * (1 << (2 * repeats));
        try
        {
            await Task.Delay(longest * (0.5 + (Random.Shared.NextDouble() / 2)), time, ended);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}

/// <summary>Exactly one of an object, a refusal that stands, or silence.</summary>
internal sealed record ProviderAnswer<T>
    where T : class, IStripeEntity
{
    public ProviderAnswer(T value) => Value = value;

    public ProviderAnswer(string silence) => Silence = silence;

    public ProviderAnswer(StripeException exception)
    {
        var status = exception.HttpStatusCode;
        Faulted = status >= HttpStatusCode.InternalServerError;
        // A success that cannot be read says as little as none.
        var waits = status is HttpStatusCode.Conflict or HttpStatusCode.TooManyRequests;
        if (Faulted || waits || exception.StripeError is null)
            Silence = $"status {(int)status} {exception.StripeError?.Code}".TrimEnd();
        else
            Refusal = exception;
        MayPass = Silence is not null && Header(exception.StripeResponse, "Stripe-Should-Retry") != "false";
    }

    public T? Value { get; }

    public StripeException? Refusal { get; }

    public string? Silence { get; }

    /// <summary>The provider itself failed, and may have recorded that under the key.</summary>
    public bool Faulted { get; }

    /// <summary>Asking again may help.</summary>
    public bool MayPass { get; }

    /// <summary>The answer to an earlier call with the same key: what it says may have changed since.</summary>
    public bool Replayed => Header(Value?.StripeResponse, "Idempotent-Replayed") == "true";

    private static string? Header(StripeResponse? response, string name) =>
        response?.Headers?.TryGetValues(name, out var values) == true ? values.FirstOrDefault() : null;
}
