using System.Globalization;

namespace PortableVirt.VmApp.Tests;

/// <summary>The host threads of this process that run Windows threads, but for the first one of a VM.</summary>
internal static class GuestThreads
{
    private const string Tasks = "/proc/self/task";

    /// <summary>Processor time that all of them have used: the first field of schedstat, in nanoseconds. Nothing else of the process counts.</summary>
    public static TimeSpan ProcessorTime()
    {
        long nanoseconds = 0;
        foreach (string task in Directory.EnumerateDirectories(Tasks))
        {
            try
            {
                if (File.ReadAllText($"{task}/comm").StartsWith("guest ", StringComparison.Ordinal))
                {
                    nanoseconds += long.Parse(File.ReadAllText($"{task}/schedstat").Split(' ')[0], CultureInfo.InvariantCulture);
                }
            }
            catch (IOException)
            {
                // The thread has ended meanwhile.
            }
        }
        return TimeSpan.FromMicroseconds(nanoseconds / 1000.0);
    }
}
