namespace Shop.Workers.Import;

/// <summary>Random choices that are the same for the same seed on every machine.</summary>
internal sealed class Draws(ulong state)
{
    public long Below(int limit) => (long)(Next() % (ulong)limit);

    public string OneOf(string[] choices) => choices[Below(choices.Length)];

    /// <summary>The first ones often, the last ones seldom.</summary>
    public string OneOfTheFirst(string[] choices) => choices[(int)(Math.Pow(Uniform(), 2.5) * choices.Length)];

    /// <summary>From 0 up to, and not, 1.</summary>
    public double Uniform() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Normally distributed, with mean 0 and deviation 1 (Box and Muller 1958).</summary>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Uniform())) * Math.Cos(2 * Math.PI * Uniform());

    private ulong Next() => state = StableHash.Mix(state);
}
