namespace PortableVirt.VmApp.Core;

/// <summary>A host path that the program may see, under Z: with its host path.</summary>
/// <param name="Path">Host path, absolute or relative to <see cref="LaunchOptions.WorkingFolder"/>; a folder grants all below it.</param>
/// <param name="ReadOnly">True: the program can read but not change what is there.</param>
public readonly record struct Grant(string Path, bool ReadOnly);
