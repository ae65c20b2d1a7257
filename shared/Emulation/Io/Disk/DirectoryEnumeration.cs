namespace PortableVirt.Emulation.Io.Disk;

/// <summary>Where an enumeration stands: the names when it began, sorted as NTFS does, and the next one to give. Guarded by its own lock.</summary>
internal sealed class DirectoryEnumeration
{
    /// <summary>Held by a call for its whole length.</summary>
    public Lock Lock { get; } = new();

    /// <summary>The names that match, or null before the first call.</summary>
    public List<string>? Names { get; private set; }

    /// <summary>Index of the next name.</summary>
    public int Next { get; set; }

    /// <summary>The pattern of the first call; it holds for the calls that follow.</summary>
    public string Pattern { get; private set; } = "*";

    /// <summary>Starts or restarts: reads the names. A null pattern keeps the one that there is.</summary>
    public NtStatus Start(IDirectorySource directory, string? pattern)
    {
        if (!string.IsNullOrEmpty(pattern))
        {
            Pattern = pattern;
        }
        Next = 0;
        Names = null;
        List<string> names = [];
        if (!NamePattern.HasWildcards(Pattern))
        {
            NtStatus found = directory.FindName(Pattern, out string actual);
            if (found.IsSuccess)
            {
                names.Add(actual);
            }
            else if (found != NtStatus.ObjectNameNotFound)
            {
                return found;
            }
        }
        else
        {
            NtStatus status = directory.ReadNames(names);
            if (!status.IsSuccess)
            {
                return status;
            }
            if (Pattern != "*")
            {
                names.RemoveAll(name => !NamePattern.Matches(Pattern, name));
            }
            names.Sort(StringComparer.OrdinalIgnoreCase);
            if (!directory.IsRoot)
            {
                if (NamePattern.Matches(Pattern, ".."))
                {
                    names.Insert(0, "..");
                }
                if (NamePattern.Matches(Pattern, "."))
                {
                    names.Insert(0, ".");
                }
            }
        }
        Names = names;
        return NtStatus.Success;
    }
}
