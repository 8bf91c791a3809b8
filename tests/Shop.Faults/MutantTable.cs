namespace Shop.Faults;

/// <summary>Each guard taken out of a copy of the source: the proof must go red.</summary>
internal static class MutantTable
{
    public static Task<int> Run(
        ProveOptions options, ProveSettings settings, IReadOnlyList<string> names, CancellationToken cancellationToken) =>
        throw new ProofFailedException("There are no mutants yet.");
}
