namespace Shop.Typesense;

/// <summary>One server of the cluster.</summary>
internal sealed class TypesenseNode(Uri address)
{
    private long _dueAt;
    private int _probing;

    public Uri Address { get; } = new(address.AbsoluteUri.TrimEnd('/') + "/");

    /// <summary>The moment, in ticks, from which it may be asked for its health; nought while it is well.</summary>
    public long DueAt { get => Volatile.Read(ref _dueAt); set => Volatile.Write(ref _dueAt, value); }

    public bool IsWell => DueAt == 0;

    /// <returns>Whether it was left out until now.</returns>
    public bool TakeBack() => Interlocked.Exchange(ref _dueAt, 0) != 0;

    /// <summary>Whether the caller is the one to ask for its health.</summary>
    public bool Claim() => Interlocked.Exchange(ref _probing, 1) == 0;

    public void Unclaim() => Volatile.Write(ref _probing, 0);
}

/// <summary>
/// Which node is asked next: the nearest while it is well, then those that are well in turn; when none is, all of them
/// in turn, for a mistaken guess costs less than giving up.
/// </summary>
internal sealed class TypesenseNodes
{
    private readonly TypesenseNode[] _nodes;
    private readonly TypesenseNode? _nearest;
    private readonly TimeSpan _leftOutFor;
    private readonly TimeProvider _time;
    private int _turn = -1;

    public TypesenseNodes(TypesenseOptions options, TimeProvider time)
    {
        _nodes = [.. options.Addresses.Select(address => new TypesenseNode(address))];
        _nearest = options.NearestNode is null ? null : new(options.NearestNode);
        if (_nearest is not null)
        {
            _nearest = Array.Find(_nodes, node => node.Address == _nearest.Address) ?? _nearest;
            if (!_nodes.Contains(_nearest)) _nodes = [.. _nodes, _nearest];
        }

        _leftOutFor = options.LeftOutFor;
        _time = time;
    }

    public bool AnyIsWell => Array.Exists(_nodes, node => node.IsWell);

    public TypesenseNode Next()
    {
        if (_nearest is { IsWell: true }) return _nearest;
        var turn = (uint)Interlocked.Increment(ref _turn) % (uint)_nodes.Length;
        for (var further = 0; further < _nodes.Length; further++)
            if (_nodes[(turn + further) % _nodes.Length] is { IsWell: true } node) return node;
        return _nodes[turn];
    }

    /// <returns>Whether it was well until now.</returns>
    public bool LeaveOut(TypesenseNode node)
    {
        var wasWell = node.IsWell;
        node.DueAt = (_time.GetUtcNow() + _leftOutFor).UtcTicks;
        return wasWell;
    }

    /// <summary>
    /// The nodes whose time has come, each to one caller, who gives it back with <see cref="TypesenseNode.Unclaim"/>.
    /// </summary>
    public IEnumerable<TypesenseNode> ToProbe()
    {
        foreach (var node in _nodes)
            if (node.DueAt is var due and not 0 && due <= _time.GetUtcNow().UtcTicks && node.Claim()) yield return node;
    }
}
