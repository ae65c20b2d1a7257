using System.Net;

namespace PortableVirt.Emulation.Sockets.Dns;

/// <summary>The host's file of names, hosts(5): an address, its name, other names.</summary>
internal static class HostsFile
{
    private const string Path = "/etc/hosts";
    private const long MaximumLength = 1 << 20;

    /// <summary>The addresses of a name, in the file's order; none where the file does not know it.</summary>
    public static IReadOnlyList<IPAddress> Find(string name)
    {
        try
        {
            return new FileInfo(Path) is { Exists: true, Length: <= MaximumLength } ? Find(File.ReadLines(Path), name) : [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>The same in given lines.</summary>
    internal static IReadOnlyList<IPAddress> Find(IEnumerable<string> lines, string name)
    {
        List<IPAddress> found = [];
        foreach (string line in lines)
        {
            string[] words = line.Split('#')[0].Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Skip(1).Contains(name, StringComparer.OrdinalIgnoreCase) && IPAddress.TryParse(words[0], out IPAddress? address))
            {
                found.Add(address);
            }
        }
        return found;
    }
}
