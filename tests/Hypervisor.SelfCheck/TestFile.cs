namespace PortableVirt.Hypervisor.SelfCheck;

/// <summary>Temporary files whose pages start with 0x1000 plus the number of the page.</summary>
internal static class TestFile
{
    private static string NewFile(int pages)
    {
        string path = Path.Combine(Path.GetTempPath(), $"portablevirt-check-{Environment.ProcessId}-{Guid.NewGuid():N}");
        byte[] content = new byte[pages * 4096];
        for (int page = 0; page < pages; page++)
        {
            BitConverter.TryWriteBytes(content.AsSpan(page * 4096), 0x1000UL + (ulong)page);
        }

        File.WriteAllBytes(path, content);
        return path;
    }

    public static ulong Word(string path, int page) => BitConverter.ToUInt64(File.ReadAllBytes(path), page * 4096);

    public static void With(int pages, Action<string> body)
    {
        string path = NewFile(pages);
        try
        {
            body(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
