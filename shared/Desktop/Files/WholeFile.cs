using System.Runtime.InteropServices;
using System.Text;

namespace PortableVirt.Desktop.Files;

/// <summary>
/// Files that are replaced as a whole: written beside their place, to the disk, and renamed. A signal that ends this process takes the unfinished file with
/// it; what kill -9 left goes when the same file is written again.
/// </summary>
public static class WholeFile
{
    private const string Unfinished = ".new";

    private static readonly PosixSignal[] s_ends = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT];

    /// <summary>Writes a text. Throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.</summary>
    public static void Write(string path, string text) => Write(path, file => file.Write(Encoding.UTF8.GetBytes(text)));

    /// <summary>Writes what the caller puts into the open file. Throws <see cref="IOException"/>, <see cref="UnauthorizedAccessException"/> and what the caller throws.</summary>
    public static void Write(string path, Action<FileStream> write)
    {
        Draft(path, write, isKept: true, temporary => File.Move(temporary, path, overwrite: true));
    }

    /// <summary>
    /// Writes a file beside another one that is there only while it is used, and goes as an unfinished one does. Throws <see cref="IOException"/>,
    /// <see cref="UnauthorizedAccessException"/> and what the caller throws.
    /// </summary>
    /// <param name="path">The other file, which is to be written later.</param>
    /// <param name="write">Writes the file.</param>
    /// <param name="use">Uses it; gets its path.</param>
    public static void WriteForAWhile(string path, Action<FileStream> write, Action<string> use) => Draft(path, write, isKept: false, use);

    private static void Draft(string path, Action<FileStream> write, bool isKept, Action<string> use)
    {
        Sweep(path);
        string temporary = $"{path}.{Environment.ProcessId}{Unfinished}";
        List<PosixSignalRegistration> signals = [.. s_ends.Select(signal => PosixSignalRegistration.Create(signal, _ => File.Delete(temporary)))];
        try
        {
            using (FileStream file = new(temporary, FileMode.Create, FileAccess.ReadWrite))
            {
                write(file);
                file.Flush(flushToDisk: isKept);
            }
            use(temporary);
        }
        finally
        {
            // Where it was kept it has another name by now.
            File.Delete(temporary);
            signals.ForEach(s => s.Dispose());
        }
    }

    /// <summary>Removes what killed writers of a file left beside it.</summary>
    public static void Sweep(string path)
    {
        string name = Path.GetFileName(path) + ".";
        string folder = Path.GetDirectoryName(path) is { Length: > 0 } given ? given : ".";
        if (!Directory.Exists(folder))
        {
            return;
        }
        foreach (string left in Directory.EnumerateFiles(folder))
        {
            ReadOnlySpan<char> rest = Path.GetFileName(left.AsSpan());
            if (rest.StartsWith(name, StringComparison.Ordinal) && rest.EndsWith(Unfinished, StringComparison.Ordinal)
                && rest.Length > name.Length + Unfinished.Length && int.TryParse(rest[name.Length..^Unfinished.Length], out int process)
                && !Directory.Exists($"/proc/{process}"))
            {
                File.Delete(left);
            }
        }
    }
}
