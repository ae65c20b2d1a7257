using PortableVirt.Emulation.Io.Host;
using PortableVirt.VirtualLayer.Files;

namespace PortableVirt.Emulation.Io.Disk;

/// <summary>Drive Z: the host's granted paths under their own names, and the folders on the way to them; nothing else.</summary>
internal sealed class GrantVolume : Volume
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, HostTree?> _trees = new(StringComparer.Ordinal);
    private readonly LinkRedirector _redirector;
    private readonly FilePolicy _policy;
    private readonly long _time;

    public GrantVolume(FilePolicy policy, long time)
        : base('Z', 2, "Host", 0x5056005a)
    {
        _policy = new FilePolicy(policy.Grants.Select(g => g with { Path = HostName.PathFromHost(g.Path) }));
        _time = time;
        _redirector = new LinkRedirector(_policy.Ask, grant => TreeOf(grant, out _));
    }

    /// <inheritdoc/>
    public override NtStatus Locate(string path, out FileLocation location, out VirtualDirectory? folder)
    {
        location = default;
        folder = null;
        FileVerdict verdict = _policy.Ask("/" + path);
        switch (verdict.Kind)
        {
            case FileVerdictKind.Granted:
                HostTree? tree = TreeOf(verdict.Grant!, out string leaf);
                if (tree is null)
                {
                    return NtStatus.ObjectPathNotFound;
                }
                if (leaf.Length != 0 && verdict.Remainder.Length != 0)
                {
                    return NtStatus.ObjectPathNotFound;
                }
                location = new FileLocation(tree, leaf.Length != 0 ? leaf : verdict.Remainder, verdict.Grant!.ReadOnly);
                return NtStatus.Success;
            case FileVerdictKind.Passage:
                folder = Passage(verdict.Passage);
                return NtStatus.Success;
            default:
                int cut = path.LastIndexOf('/');
                return _policy.Ask(cut < 0 ? "/" : "/" + path[..cut]).Kind == FileVerdictKind.Hidden ? NtStatus.ObjectPathNotFound : NtStatus.ObjectNameNotFound;
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<(string Path, FileLocation Location)> Roots()
    {
        foreach (FileGrant grant in _policy.Grants)
        {
            if (TreeOf(grant, out string leaf) is { } tree)
            {
                yield return (grant.Path[1..], new FileLocation(tree, leaf, grant.ReadOnly));
            }
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<string> MadeUpFolders() =>
        _policy.Grants.SelectMany(grant => Ancestors(grant.Path)).Distinct(StringComparer.Ordinal).Where(path => _policy.Ask("/" + path).Kind == FileVerdictKind.Passage);

    private static IEnumerable<string> Ancestors(string path)
    {
        for (int cut = path.IndexOf('/'); cut >= 0; cut = path.IndexOf('/', cut + 1))
        {
            yield return cut == 0 ? "" : path[1..cut];
        }
    }

    private VirtualDirectory Passage(string passage)
    {
        Dictionary<string, FileLocation?> entries = new(StringComparer.OrdinalIgnoreCase);
        foreach (string name in _policy.PassageChildren(passage).Keys)
        {
            FileVerdict verdict = _policy.Ask(passage == "/" ? "/" + name : $"{passage}/{name}");
            if (verdict.Kind == FileVerdictKind.Passage)
            {
                entries.TryAdd(name, null);
            }
            else if (verdict.Grant is { } grant && TreeOf(grant, out string leaf) is { } tree)
            {
                entries.TryAdd(name, new FileLocation(tree, leaf.Length != 0 ? leaf : verdict.Remainder, grant.ReadOnly));
            }
        }
        return new VirtualDirectory { Entries = entries, Metadata = VirtualDirectory.MetadataFor("Z:" + passage, _time) };
    }

    /// <summary>The tree of a grant; for a granted file the tree of its folder, with the file's name in <paramref name="leaf"/>.</summary>
    private HostTree? TreeOf(FileGrant grant, out string leaf)
    {
        lock (_lock)
        {
            leaf = "";
            if (!_trees.TryGetValue(grant.Path, out HostTree? tree))
            {
                tree = HostTree.Create(grant.Path, grant.ReadOnly, _redirector, out HostTree made).IsSuccess ? made : null;
                _trees[grant.Path] = tree;
            }
            if (tree is not null)
            {
                return tree;
            }
            int cut = grant.Path.LastIndexOf('/');
            leaf = grant.Path[(cut + 1)..];
            string key = grant.Path + "/";
            if (!_trees.TryGetValue(key, out tree))
            {
                tree = HostTree.Create(cut == 0 ? "/" : grant.Path[..cut], grant.ReadOnly, _redirector, out HostTree made).IsSuccess ? made : null;
                _trees[key] = tree;
            }
            return tree;
        }
    }
}
