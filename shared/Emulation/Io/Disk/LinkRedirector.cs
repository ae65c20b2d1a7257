using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Emulation.Io.Host;
using PortableVirt.VirtualLayer.Files;

namespace PortableVirt.Emulation.Io.Disk;

/// <summary>
/// Follows symbolic links that leave a tree: the target is asked of the policy like any other path, so a link leads only to
/// what is granted anyway.
/// </summary>
internal sealed class LinkRedirector(Func<string, FileVerdict> ask, Func<FileGrant, HostTree?> treeOf)
{
    /// <summary>Links that one look-up follows (MAXSYMLINKS of Linux).</summary>
    public const int MaximumLinks = 40;

    /// <summary>Follows links with absolute targets inside the tree itself, and none that leaves it.</summary>
    public static LinkRedirector Inside { get; } = new(_ => new FileVerdict(FileVerdictKind.Hidden, null, "", ""), _ => null);

    /// <summary>Finds the first link on the path that leaves <paramref name="tree"/> and where it leads; false when to nothing that is granted.</summary>
    public bool TryFollow(HostTree tree, string path, bool followLast, out HostTree target, out string rest)
    {
        target = null!;
        rest = "";
        string[] parts = path.Split('/');
        string walked = "";
        for (int i = 0; i < parts.Length; i++)
        {
            string next = HostTree.Join(walked, parts[i]);
            if (i == parts.Length - 1 && !followLast)
            {
                return false;
            }
            if (!tree.TryOpen(next, OpenFlags.Path | OpenFlags.NoFollow, 0, out SafeFileHandle handle))
            {
                return false;
            }
            using (handle)
            {
                if (HostTree.TryStat(handle, out HostStat stat) && stat.IsLink && TryReadLink(handle, out string link))
                {
                    string absolute = Normalize(link.StartsWith('/') ? link : $"{tree.HostPath}/{HostTree.Join(walked, link)}");
                    string remaining = string.Join('/', parts[(i + 1)..]);
                    string whole = remaining.Length == 0 ? absolute : $"{absolute.TrimEnd('/')}/{remaining}";
                    if (!HostPathIsInside(absolute, tree.HostPath, out string inside))
                    {
                        FileVerdict verdict = ask(whole);
                        rest = verdict.Remainder;
                        return verdict.Grant is { } grant && (target = treeOf(grant)!) is not null;
                    }
                    if (link.StartsWith('/'))
                    {
                        target = tree;
                        rest = HostTree.Join(inside, remaining);
                        return true;
                    }
                }
            }
            walked = next;
        }
        return false;
    }

    /// <summary>Reads a link's target in Windows spelling, parts joined by '/'.</summary>
    public static bool TryReadLink(SafeFileHandle link, out string target)
    {
        byte[] buffer = new byte[4096];
        nint length = NativeIo.ReadLinkAt(link, in MemoryMarshal.GetReference("\0"u8), ref buffer[0], buffer.Length);
        target = length > 0 ? HostName.PathFromHost(buffer.AsSpan(0, (int)length)) : "";
        return length > 0;
    }

    /// <summary>Resolves "." and ".." parts of an absolute path by their spelling.</summary>
    public static string Normalize(string path)
    {
        List<string> parts = [];
        foreach (string part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "..")
            {
                if (parts.Count > 0)
                {
                    parts.RemoveAt(parts.Count - 1);
                }
            }
            else if (part != ".")
            {
                parts.Add(part);
            }
        }
        return "/" + string.Join('/', parts);
    }

    private static bool HostPathIsInside(string path, string folder, out string inside)
    {
        string prefix = folder.EndsWith('/') ? folder : folder + "/";
        bool isInside = path == folder || path.StartsWith(prefix, StringComparison.Ordinal);
        inside = isInside && path.Length > prefix.Length ? path[prefix.Length..] : "";
        return isInside;
    }
}
