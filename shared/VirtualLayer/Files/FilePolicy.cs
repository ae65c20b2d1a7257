namespace PortableVirt.VirtualLayer.Files;

/// <summary>
/// The one place that decides which host files a VM sees. Paths are compared by whole parts; an exact match is preferred to
/// one that differs in case only, since the program's look-ups are case-insensitive. Immutable and thread-safe: a change of
/// the policy is a new object.
/// </summary>
public sealed class FilePolicy
{
    private readonly FileGrant[] _grants;

    /// <summary>Makes a policy; without grants everything is hidden except the root passage.</summary>
    public FilePolicy(IEnumerable<FileGrant> grants)
    {
        List<FileGrant> sorted = [];
        foreach (FileGrant grant in grants)
        {
            // Of equal paths the first one given stays first.
            int place = sorted.Count;
            while (place > 0 && IsBefore(grant.Path, sorted[place - 1].Path))
            {
                place--;
            }
            sorted.Insert(place, grant);
        }
        _grants = [.. sorted];
    }

    private static bool IsBefore(string a, string b) => a.Length != b.Length ? a.Length > b.Length : string.CompareOrdinal(a, b) < 0;

    /// <summary>The grants, longest path first.</summary>
    public IReadOnlyList<FileGrant> Grants => _grants;

    /// <summary>Decides about an absolute host path such as "/home/u/x"; "." and ".." parts must have been refused before.</summary>
    public FileVerdict Ask(string hostPath)
    {
        FileVerdict verdict = Ask(hostPath, StringComparison.Ordinal);
        return verdict.Kind == FileVerdictKind.Hidden ? Ask(hostPath, StringComparison.OrdinalIgnoreCase) : verdict;
    }

    /// <summary>Names of the children of a passage that lead to grants, each once, sorted; false marks the ones that are grants themselves.</summary>
    public IReadOnlyDictionary<string, bool> PassageChildren(string passage)
    {
        string prefix = passage == "/" ? "/" : passage + "/";
        SortedDictionary<string, bool> children = new(StringComparer.Ordinal);
        foreach (FileGrant grant in _grants)
        {
            if (grant.Path.Length > prefix.Length && grant.Path.StartsWith(prefix, StringComparison.Ordinal))
            {
                string rest = grant.Path[prefix.Length..];
                int cut = rest.IndexOf('/');
                children[cut < 0 ? rest : rest[..cut]] = cut >= 0;
            }
        }
        return children;
    }

    private FileVerdict Ask(string hostPath, StringComparison comparison)
    {
        foreach (FileGrant grant in _grants)
        {
            if (IsAtOrBelow(hostPath, grant.Path, comparison))
            {
                int start = grant.Path == "/" ? 1 : grant.Path.Length + 1;
                return new FileVerdict(FileVerdictKind.Granted, grant, start >= hostPath.Length ? "" : hostPath[start..], "");
            }
        }
        if (hostPath == "/")
        {
            return new FileVerdict(FileVerdictKind.Passage, null, "", "/");
        }
        foreach (FileGrant grant in _grants)
        {
            if (grant.Path.Length > hostPath.Length && IsAtOrBelow(grant.Path, hostPath, comparison))
            {
                return new FileVerdict(FileVerdictKind.Passage, null, "", grant.Path[..hostPath.Length]);
            }
        }
        return new FileVerdict(FileVerdictKind.Hidden, null, "", "");
    }

    private static bool IsAtOrBelow(string path, string folder, StringComparison comparison) =>
        folder == "/" || (path.StartsWith(folder, comparison) && (path.Length == folder.Length || path[folder.Length] == '/'));
}
