using Shop.Api.Http;

namespace Shop.Api.Webhooks;

/// <summary>
/// What an address must be like. Whether it leads to a network that may be called is found out at each call, since a name
/// may lead elsewhere by then.
/// </summary>
internal static class WebhookRules
{
    public const int LongestUrl = 2_000;
    public const int LongestDescription = 200;

    /// <summary>Everything that is wrong, by field; empty if nothing is.</summary>
    public static Dictionary<string, string[]> Check(WebhookRequest webhook, bool allowHttp)
    {
        var errors = new Dictionary<string, string[]>();
        if (string.IsNullOrWhiteSpace(webhook.Url)) errors["url"] = ["It is required."];
        else if (!IsAddress(webhook.Url, allowHttp))
            errors["url"] = [$"It must be an https address of at most {LongestUrl} characters, without user or fragment."];
        if (!Text.IsText(webhook.Description, LongestDescription))
            errors["description"] = [$"It must be at most {LongestDescription} characters without control characters."];
        return errors;
    }

    private static bool IsAddress(string text, bool allowHttp) =>
        Text.IsText(text, LongestUrl)
        && Uri.TryCreate(text, UriKind.Absolute, out var address)
        && (address.Scheme == Uri.UriSchemeHttps || (allowHttp && address.Scheme == Uri.UriSchemeHttp))
        && address.Host.Length > 0 && address.UserInfo.Length == 0 && address.Fragment.Length == 0;
}
