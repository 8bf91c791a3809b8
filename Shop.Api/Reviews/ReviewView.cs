using System.ComponentModel.DataAnnotations;

namespace Shop.Api.Reviews;

/// <summary>
/// What a client sends. The attributes only document: <see cref="ReviewRules"/> says all that is wrong at once.
/// </summary>
internal sealed record ReviewRequest
{
    /// <summary>1 to 5.</summary>
    [Required]
    [Range(1, 5)]
    public int? Rating { get; init; }

    [Required]
    [MaxLength(ReviewRules.LongestTitle)]
    public string? Title { get; init; }

    [Required]
    [MaxLength(ReviewRules.LongestBody)]
    public string? Body { get; init; }
}

/// <summary>
/// Reviews of a product, the newest first. <c>Next</c> is the cursor of the page after; null at the end.
/// </summary>
internal sealed record ReviewPage(IReadOnlyList<ReviewView> Items, string? Next, RatingSummary Summary);

internal sealed record ReviewView(
    string Author, int Rating, string Title, string Body, bool VerifiedPurchase, DateTime CreatedAt)
{
    /// <summary>Of the text as it stands, for the cursor alone.</summary>
    internal Guid Id { get; init; }
}

/// <summary>Of all reviews of a product. <c>Histogram</c> has five numbers: how many gave 1, 2, 3, 4 and 5.</summary>
internal sealed record RatingSummary(double Average, int Count, IReadOnlyList<int> Histogram)
{
    public static readonly RatingSummary None = new(0, 0, [0, 0, 0, 0, 0]);

    /// <param name="histogram">From 1 to 5.</param>
    public static RatingSummary Of(IReadOnlyList<int> histogram)
    {
        var (count, sum) = (0, 0L);
        for (var i = 0; i < histogram.Count; i++)
        {
            count += histogram[i];
            sum += (i + 1L) * histogram[i];
        }

        return count == 0 ? None : new RatingSummary(Math.Round((double)sum / count, 2), count, histogram);
    }
}
