namespace Shop.Workers.Search;

/// <summary>
/// A search engine as its indexer sees it. Two are real, chosen by <c>Search:Engine</c>. There is one live index, which
/// readers see, and at times a shadow that is being filled to take its place. Calls are made one at a time in the whole
/// cluster (see <see cref="IndexTurns"/>), but for <see cref="FinishShadow"/>, so that an engine needs no order of its own.
/// </summary>
internal interface ISearchIndex
{
    /// <summary>Makes what the engine lacks: an empty live index, and what its words mean. Repeats change nothing.</summary>
    Task Open(CancellationToken cancellationToken);

    /// <summary>
    /// Creates or replaces documents, at most <see cref="IndexLimits.Batch"/>, in the live index and in the shadow if there
    /// is one. Durable when it returns. A document of a lower version than the one that is there is ignored.
    /// </summary>
    Task Put(IReadOnlyList<SearchDocument> documents, CancellationToken cancellationToken);

    /// <summary>Removes documents from the live index and the shadow. One that is not there is no fault.</summary>
    Task Remove(IReadOnlyList<string> skus, CancellationToken cancellationToken);

    /// <summary>What the live index holds, in the ordinal order of SKUs, from behind <paramref name="after"/> on.</summary>
    Task<IReadOnlyList<IndexEntry>> List(string after, int most, CancellationToken cancellationToken);

    /// <summary>Makes an empty shadow. One that an earlier rebuild left behind is thrown away.</summary>
    Task BeginShadow(CancellationToken cancellationToken);

    /// <summary>As <see cref="Put"/>, into the shadow alone.</summary>
    Task FillShadow(IReadOnlyList<SearchDocument> documents, CancellationToken cancellationToken);

    /// <summary>What takes long before a shadow can serve. Runs beside <see cref="Put"/> and <see cref="Remove"/>.</summary>
    Task FinishShadow(CancellationToken cancellationToken);

    /// <summary>Lets the shadow take the place of the live index, at once for every reader, and drops the old one.</summary>
    Task SwapShadow(CancellationToken cancellationToken);

    /// <summary>Throws the shadow away, if there is one.</summary>
    Task DropShadow(CancellationToken cancellationToken);
}

/// <summary>A document in an index, and the <see cref="Fingerprint"/> of all that it was made of.</summary>
internal readonly record struct IndexEntry(string Sku, long Fingerprint);

internal static class IndexLimits
{
    /// <summary>The most documents in one call.</summary>
    public const int Batch = 500;
}
