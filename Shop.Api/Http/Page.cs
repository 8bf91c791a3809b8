using System.Globalization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.Primitives;
using Microsoft.OpenApi;

namespace Shop.Api.Http;

/// <summary>A part of a list. <paramref name="Next"/> is the cursor of the part after it; null at the end.</summary>
internal sealed record Page<T>(IReadOnlyList<T> Items, string? Next)
{
    /// <summary>Of rows that were read one beyond the limit, which tells whether there are more.</summary>
    /// <param name="rows">At most <paramref name="limit"/> + 1.</param>
    /// <param name="limit">The page's.</param>
    /// <param name="cursor">Of the last item shown.</param>
    public static Page<T> Of(IReadOnlyList<T> rows, int limit, Func<T, string> cursor) => rows.Count > limit
        ? new Page<T>([.. rows.Take(limit)], cursor(rows[limit - 1]))
        : new Page<T>(rows, null);
}

/// <summary>
/// The query of every list: <c>?limit=</c> and <c>?cursor=</c>. A handler takes it as a parameter, and its route says
/// <see cref="Paging.Pages"/>.
/// </summary>
internal sealed class PageQuery
{
    public const int Usual = 20;
    public const int Most = 100;

    private readonly ProblemResult? _problem;
    private readonly StringValues _cursor;

    private PageQuery(IQueryCollection query)
    {
        var limit = query["limit"];
        if (limit.Count == 0) Limit = Usual;
        else if (limit.Count == 1
            && int.TryParse(limit[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number is >= 1 and <= Most) Limit = number;
        else _problem = Problems.Invalid("limit", $"It must be 1 to {Most}.");
        _cursor = query["cursor"];
    }

    public int Limit { get; }

    /// <summary>Judges the query, and reads where the page begins.</summary>
    /// <param name="cursor">The list's.</param>
    /// <param name="after">The last item before the page; null for the first page.</param>
    /// <returns>Null, or why it cannot be answered.</returns>
    public ProblemResult? Begin<TSort, TKey>(Cursor<TSort, TKey> cursor, out (TSort Sort, TKey Key)? after)
        where TSort : notnull
        where TKey : notnull
    {
        after = null;
        if (_problem is not null) return _problem;
        if (_cursor.Count == 0) return null;
        if (_cursor.Count > 1 || !cursor.TryRead(_cursor[0] ?? "", out var position))
            return Problems.Invalid("cursor", "It must be the 'next' of a page of this very list.");
        after = position;
        return null;
    }

    public static ValueTask<PageQuery> BindAsync(HttpContext context) =>
        ValueTask.FromResult(new PageQuery(context.Request.Query));
}

internal static class Paging
{
    /// <summary>Documents <see cref="PageQuery"/>, which is read by hand.</summary>
    public static RouteHandlerBuilder Pages(this RouteHandlerBuilder route) =>
        route.AddOpenApiOperationTransformer(Document);

    private static Task Document(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var parameters = operation.Parameters ??= [];
        parameters.Add(new OpenApiParameter
        {
            Name = "limit",
            In = ParameterLocation.Query,
            Description = "The most items of a page.",
            Schema = new OpenApiSchema
            {
                Type = JsonSchemaType.Integer,
                Format = "int32",
                Minimum = "1",
                Maximum = PageQuery.Most.ToString(CultureInfo.InvariantCulture),
                Default = PageQuery.Usual,
            },
        });
        parameters.Add(new OpenApiParameter
        {
            Name = "cursor",
            In = ParameterLocation.Query,
            Description = "The 'next' of the page before; left out for the first page.",
            Schema = new OpenApiSchema
            {
                Type = JsonSchemaType.String, MinLength = 1, MaxLength = Cursor<long, long>.Longest,
            },
        });
        return Task.CompletedTask;
    }
}
