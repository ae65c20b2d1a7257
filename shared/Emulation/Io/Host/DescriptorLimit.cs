using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Io.Host;

/// <summary>The limit of open files (RLIMIT_NOFILE): each file, pipe and socket of a guest is a descriptor of the host.</summary>
internal static class DescriptorLimit
{
    private const int OpenFiles = 7;

    /// <summary>Raises the soft limit to the hard one, which is the user's own; shells start programs with 1024.</summary>
    public static void Raise()
    {
        if (NativeThread.GetLimit(OpenFiles, out ResourceLimit limit) == 0 && limit.Current < limit.Maximum)
        {
            _ = NativeIo.SetLimit(OpenFiles, limit with { Current = limit.Maximum });
        }
    }
}
