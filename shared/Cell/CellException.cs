namespace PortableVirt.Cell;

/// <summary>The cell could not be closed; the message says what failed and why.</summary>
public sealed class CellException(string message) : Exception(message);
