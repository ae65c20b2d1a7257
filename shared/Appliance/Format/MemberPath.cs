namespace PortableVirt.Appliance.Format;

/// <summary>Which paths a package may hold: relative, without "." and "..", so that unpacking never leaves the target folder.</summary>
public static class MemberPath
{
    /// <summary>Longest path in characters.</summary>
    public const int MaximumLength = 1024;

    /// <summary>True for a path that a member may have.</summary>
    public static bool IsValid(ReadOnlySpan<char> path)
    {
        if (path.Length is 0 or > MaximumLength || path.IndexOfAny('\\', ':') >= 0 || path.IndexOfAnyInRange('\0', '\x1f') >= 0 || path.IndexOfAnyInRange('\x7f', '\x9f') >= 0)
        {
            return false;
        }
        foreach (Range part in path.Split('/'))
        {
            if (path[part] is "" or "." or "..")
            {
                return false;
            }
        }
        return true;
    }
}
