namespace IntraMessenger.Node;

/// <summary>A feature that keeps something about people: what they may take along, and what goes when they leave.</summary>
internal interface IPersonalData
{
    /// <summary>Its member of the export.</summary>
    string Name { get; }

    Task<object> ExportAsync(long accountId);

    /// <summary>Repeatable: a second call finds nothing left to do.</summary>
    Task EraseAsync(long accountId);
}
