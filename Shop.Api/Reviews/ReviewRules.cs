using System.Security.Claims;
using Shop.Api.Http;

namespace Shop.Api.Reviews;

/// <summary>What a review must be like, and under which name it is shown.</summary>
internal static class ReviewRules
{
    public const int LongestTitle = 120;
    public const int LongestBody = 5_000;

    private const string Required = "It is required.";
    private const string Anyone = "Customer";
    private const int LongestName = 80;

    /// <summary>Everything that is wrong, by field; empty if nothing is.</summary>
    public static Dictionary<string, string[]> Check(ReviewRequest review)
    {
        var errors = new Dictionary<string, string[]>();
        if (review.Rating is null) errors["rating"] = [Required];
        else if (review.Rating is < 1 or > 5) errors["rating"] = ["It must be 1 to 5."];
        if (string.IsNullOrWhiteSpace(review.Title)) errors["title"] = [Required];
        else if (!Text.IsText(review.Title, LongestTitle))
            errors["title"] = [$"It must be at most {LongestTitle} characters without control characters."];
        if (string.IsNullOrWhiteSpace(review.Body)) errors["body"] = [Required];
        else if (!Text.IsText(review.Body, LongestBody, lines: true))
            errors["body"] = [$"It must be at most {LongestBody} characters without control characters."];
        return errors;
    }

    /// <summary>The name that the token gives; never an e-mail address, which some issuers put in its place.</summary>
    public static string AuthorOf(ClaimsPrincipal caller) =>
        caller.FindFirst("name")?.Value.Trim() is { Length: > 0 } name
            && Text.IsText(name, LongestName) && !name.Contains('@', StringComparison.Ordinal)
            ? name
            : Anyone;
}
