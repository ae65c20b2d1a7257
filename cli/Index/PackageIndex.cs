using System.Globalization;
using PortableVirt.Appliance.Format;
using PortableVirt.Cli.CommandLine;
using PortableVirt.Cli.Output;
using PortableVirt.Desktop.Files;

namespace PortableVirt.Cli.Index;

/// <summary>
/// The user's packages: one small text file a package, in $XDG_DATA_HOME/portablevirt/index. Entries are written whole or not at all, by any number of
/// processes at once; the file's time is the package's last use. Who reads the index takes out what is damaged or gone.
/// </summary>
public sealed class PackageIndex
{
    private const int ShortestId = 4;

    private readonly string _folder;

    /// <summary>The index in a folder, which need not exist.</summary>
    public PackageIndex(string folder) => _folder = folder;

    /// <summary>The user's.</summary>
    public static PackageIndex OfUser() => new(PackagePlaces.Index);

    /// <summary>All entries whose package is there or away, by name and time.</summary>
    public IReadOnlyList<IndexEntry> Read()
    {
        List<IndexEntry> entries = [];
        if (!Directory.Exists(_folder))
        {
            return entries;
        }
        foreach (string file in Directory.EnumerateFiles(_folder).Where(f => !f.EndsWith(".new", StringComparison.Ordinal)))
        {
            IndexEntry? entry = ReadFile(file, out bool isNewer);
            if (entry is not null && entry.FileName == Path.GetFileName(file) && Presence(entry) != PackagePresence.Gone)
            {
                entries.Add(entry);
            }
            else if (!isNewer)
            {
                TryDelete(file);
            }
        }
        return [.. entries.OrderBy(e => e.Name, StringComparer.OrdinalIgnoreCase).ThenByDescending(e => e.Made)];
    }

    /// <summary>Whether an entry's package is there.</summary>
    public static PackagePresence Presence(IndexEntry entry)
    {
        try
        {
            using PackageReader? reader = PackageReader.TryOpen(entry.Package);
            return reader?.Id == entry.Id ? PackagePresence.There : PackagePresence.Gone;
        }
        catch (FileNotFoundException)
        {
            return PackagePresence.Gone;
        }
        catch (PackageException)
        {
            return PackagePresence.Gone;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return PackagePresence.Away;
        }
    }

    /// <summary>
    /// Adds or replaces the entry of a package. Entries of packages that were in its place before go with the next <see cref="Read"/>. Throws
    /// <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.
    /// </summary>
    public void Add(IndexEntry entry)
    {
        Directory.CreateDirectory(_folder, UserFolders.OwnerOnly);
        string file = Path.Combine(_folder, entry.FileName);
        WholeFile.Write(file, IndexText.Write(entry));
        File.SetLastWriteTimeUtc(file, entry.LastUse?.UtcDateTime ?? DateTime.UnixEpoch);
    }

    /// <summary>Takes an entry out.</summary>
    public void Remove(IndexEntry entry) => File.Delete(Path.Combine(_folder, entry.FileName));

    /// <summary>
    /// The entry that a user means by a word: a package's path, a program's name with or without ".exe", or at least four first digits of an id; null
    /// when there is none.
    /// </summary>
    /// <exception cref="UsageException">Several fit.</exception>
    public IndexEntry? Find(string word)
    {
        IReadOnlyList<IndexEntry> entries = Read();
        string path = Path.GetFullPath(word);
        if (entries.FirstOrDefault(e => e.Package == path) is { } exact)
        {
            return exact;
        }
        IndexEntry[] found =
        [
            .. entries.Where(e => e.Name.Equals(word, StringComparison.OrdinalIgnoreCase) || e.Program.Equals(word, StringComparison.OrdinalIgnoreCase)
                || (word.Length >= ShortestId && e.Id.StartsWith(word, StringComparison.Ordinal))),
        ];
        return found.Length <= 1
            ? found.FirstOrDefault()
            : throw new UsageException($"{word} is the name of {found.Length.ToString(CultureInfo.InvariantCulture)} packages: say which by its file: "
                + string.Join(", ", found.Select(e => e.Package)));
    }

    /// <summary>The full path of the package that a user means: a file, or a package of the user's index (<see cref="Find"/>).</summary>
    /// <exception cref="FailedException">There is none.</exception>
    /// <exception cref="UsageException">Several fit.</exception>
    public static string PathOf(string word)
    {
        string path = Path.GetFullPath(word);
        return File.Exists(path) ? path : OfUser().Find(word)?.Package
            ?? throw new FailedException($"{word} is neither a file nor the name of a package: see \"pvctl packages\"", 1);
    }

    /// <summary>Notes that a package is started now, from where it is now. Does nothing for one that is not in the index, and never fails.</summary>
    /// <param name="id">Id of the package.</param>
    /// <param name="package">Full path of its file.</param>
    public void Used(string id, string package)
    {
        try
        {
            if (!Directory.Exists(_folder))
            {
                return;
            }
            string file = Path.Combine(_folder, IndexEntry.NameOf(id, package));
            if (File.Exists(file))
            {
                File.SetLastWriteTimeUtc(file, DateTime.UtcNow);
                return;
            }
            foreach (string other in Directory.EnumerateFiles(_folder, id[..32] + "-*"))
            {
                if (ReadFile(other, out _) is { } entry && entry.Id == id && Presence(entry) != PackagePresence.There)
                {
                    WholeFile.Write(file, IndexText.Write(entry with { Package = package }));
                    File.Delete(other);
                    return;
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A start does not depend on the index.
        }
    }

    private static IndexEntry? ReadFile(string file, out bool isNewer)
    {
        isNewer = false;
        try
        {
            IndexEntry? entry = IndexText.Read(File.ReadAllText(file), out isNewer);
            DateTime used = File.GetLastWriteTimeUtc(file);
            return used.Year <= DateTime.UnixEpoch.Year ? entry : entry is null ? null : entry with { LastUse = new DateTimeOffset(used) };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            isNewer = true;
            return null;
        }
    }

    private static void TryDelete(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is left out all the same; the next start that may write takes it away.
        }
    }
}
