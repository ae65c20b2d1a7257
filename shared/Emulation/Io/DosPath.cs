using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Io;

/// <summary>Win32 path names, for functions of ours that stand in for Win32 functions; the rules are those of RtlDosPathNameToNtPathName_U.</summary>
internal static class DosPath
{
    /// <summary>Longest path that is read from a program, in UTF-16 units: UNICODE_STRING's limit.</summary>
    public const int MaximumLength = 32767;

    private const uint ProcessParametersOffset = 0x20, CurrentDirectoryOffset = 0x38;

    /// <summary>The NT name ("\??\C:\folder\file") of a path; null when it is empty or the current folder is not known.</summary>
    public static string? ToNt(NtThread thread, string path)
    {
        if (path.StartsWith(@"\??\", StringComparison.Ordinal) || path.StartsWith(@"\\?\", StringComparison.Ordinal))
        {
            return @"\??\" + path[4..];
        }
        path = path.Replace('/', '\\');
        if (path.StartsWith(@"\\", StringComparison.Ordinal))
        {
            return path.StartsWith(@"\\.\", StringComparison.Ordinal) ? @"\??\" + path[4..] : @"\??\UNC\" + Normalize(path[2..]);
        }
        if (path.Length == 0)
        {
            return null;
        }
        if (HasDrive(path) && path.Length > 2 && path[2] == '\\')
        {
            return @"\??\" + path[..3] + Normalize(path[3..]);
        }
        if (CurrentDirectory(thread) is not { } current || !HasDrive(current))
        {
            return null;
        }
        if (path[0] == '\\')
        {
            return @"\??\" + current[..2] + @"\" + Normalize(path);
        }
        if (HasDrive(path))
        {
            // Of a drive's own current folder only the process's is known here.
            string folder = char.ToUpperInvariant(path[0]) == char.ToUpperInvariant(current[0]) ? current[3..] : "";
            return @"\??\" + path[..2] + @"\" + Normalize(folder + '\\' + path[2..]);
        }
        return @"\??\" + current[..3] + Normalize(current[3..] + '\\' + path);
    }

    /// <summary>True for a path whose meaning does not depend on a folder: with a drive, or a UNC or device path.</summary>
    public static bool IsAbsolute(string path) => HasDrive(path) || path.StartsWith(@"\\", StringComparison.Ordinal) || path.StartsWith("//", StringComparison.Ordinal)
        || path.StartsWith(@"\??\", StringComparison.Ordinal);

    private static bool HasDrive(string path) => path.Length >= 2 && path[1] == ':' && char.IsAsciiLetter(path[0]);

    /// <summary>Resolves "." and "..", and leaves out empty parts and the dots and spaces at the end of parts that Win32 ignores.</summary>
    private static string Normalize(string path)
    {
        List<string> parts = [];
        foreach (string part in path.Split('\\', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "..")
            {
                if (parts.Count != 0)
                {
                    parts.RemoveAt(parts.Count - 1);
                }
            }
            else if (part.TrimEnd('.', ' ') is { Length: > 0 } name)
            {
                parts.Add(name);
            }
        }
        return string.Join('\\', parts);
    }

    private static string? CurrentDirectory(NtThread thread) =>
        thread.Memory.TryRead(new GuestPointer(thread.Process.Peb) + ProcessParametersOffset, out ulong parameters)
        && thread.Memory.TryReadUnicodeString(new GuestPointer(parameters) + CurrentDirectoryOffset, out string folder) && folder.Length >= 3
            ? folder : null;
}
