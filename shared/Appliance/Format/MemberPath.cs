namespace PortableVirt.Appliance.Format;

/// <summary>Which paths a package may hold: relative, without "." and "..", so that unpacking never leaves the target folder.</summary>
public static class MemberPath
{
    /// <summary>Longest path in characters.</summary>
    public const int MaximumLength = 1024;

    /// <summary>True for a path that a member may have.</summary>
    public static bool IsValid(string path) =>
        path.Length is > 0 and <= MaximumLength
        && path.AsSpan().IndexOfAny('\\', '\0', ':') < 0
        && !path.Any(char.IsControl)
        && path.Split('/').All(part => part is not ("" or "." or ".."));
}
