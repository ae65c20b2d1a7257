namespace PortableVirt.VirtualLayer.Files;

/// <summary>A host path that a program may see: a folder with everything below it, or one file.</summary>
/// <param name="Path">Absolute host path without "." or ".." parts and without a trailing slash (except "/").</param>
/// <param name="ReadOnly">The program may look but not change.</param>
public sealed record FileGrant(string Path, bool ReadOnly)
{
    /// <summary>
    /// Makes a grant from a path as a user writes it, relative to <paramref name="workingFolder"/>; symbolic links in it are
    /// kept as they are spelled, so that the program sees the name that the user gave.
    /// </summary>
    public static FileGrant FromUser(string path, string workingFolder, bool readOnly) =>
        new(System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path, workingFolder)), readOnly);
}
