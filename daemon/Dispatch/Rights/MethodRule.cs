namespace PortableVirt.Dispatch.Rights;

/// <summary>What the table of rights says of a method.</summary>
/// <param name="Right">What a caller needs for it.</param>
/// <param name="ChangesState">True: a successful call is worth a line in the audit log.</param>
internal readonly record struct MethodRule(Right Right, bool ChangesState);
