namespace PortableVirt.Analysis.Imports;

/// <summary>A DLL that a program cannot start without and that was not found.</summary>
/// <param name="Name">Name as it stands in the import table.</param>
/// <param name="NeededBy">File names from the program to the image that imports it.</param>
public sealed record MissingModule(string Name, IReadOnlyList<string> NeededBy)
{
    /// <summary>For people: "X.dll, needed by a.dll, needed by program.exe".</summary>
    public override string ToString() => Name + string.Concat(NeededBy.Reverse().Select(n => ", needed by " + n));
}
