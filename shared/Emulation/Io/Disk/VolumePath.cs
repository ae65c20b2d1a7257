using System.Buffers;

namespace PortableVirt.Emulation.Io.Disk;

/// <summary>Checks the names of files as NTFS does.</summary>
internal static class VolumePath
{
    /// <summary>Longest name of one part, in UTF-16 units.</summary>
    public const int MaximumPart = 255;

    private const string DataStream = "::$DATA";

    private static readonly SearchValues<char> Forbidden = SearchValues.Create(
        "\"*:<>?|/\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f");

    /// <summary>
    /// Turns the rest of an NT name below a volume ("dir\file") into a volume path ("dir/file").
    /// STATUS_OBJECT_NAME_INVALID for names that NTFS refuses, among them "." and ".." parts and named streams.
    /// </summary>
    public static NtStatus Parse(string remainder, out string path)
    {
        path = "";
        ReadOnlySpan<char> rest = remainder;
        if (rest.EndsWith(DataStream, StringComparison.OrdinalIgnoreCase))
        {
            rest = rest[..^DataStream.Length];
        }
        rest = rest.TrimEnd('\\').Length + 1 >= rest.Length ? rest.TrimEnd('\\') : rest;
        if (rest.Length == 0)
        {
            return NtStatus.Success;
        }
        if (rest.ContainsAny(Forbidden))
        {
            return NtStatus.ObjectNameInvalid;
        }
        foreach (Range range in rest.Split('\\'))
        {
            ReadOnlySpan<char> part = rest[range];
            if (part.Length is 0 or > MaximumPart || IsDots(part))
            {
                return NtStatus.ObjectNameInvalid;
            }
        }
        path = rest.ToString().Replace('\\', '/');
        return NtStatus.Success;
    }

    /// <summary>True for "." and "..", also when spelled with the escape of the dot.</summary>
    private static bool IsDots(ReadOnlySpan<char> part) => part.Length <= 2 && part.IndexOfAnyExcept('.', '\uf02e') < 0;
}
