namespace PortableVirt.Desktop.Files;

/// <summary>Takes away folders that nothing is in any more.</summary>
public static class EmptyFolders
{
    /// <summary>Removes those that are there and empty, in the order given.</summary>
    public static void Remove(params IEnumerable<string> folders)
    {
        foreach (string folder in folders)
        {
            if (Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any())
            {
                Directory.Delete(folder);
            }
        }
    }
}
