namespace Shop.Messaging.Sagas;

/// <summary>A saga that writes rows beside its own, such as a history, in the same commit.</summary>
public interface IHasNewRows
{
    /// <summary>The rows that are to be inserted. Called once a commit.</summary>
    IEnumerable<object> TakeNewRows();
}
