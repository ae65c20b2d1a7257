using PortableVirt.Cell.Native;

namespace PortableVirt.Cell.Threads;

/// <summary>Descriptors that came from whoever started the process. Ours have FD_CLOEXEC, inherited ones cannot have had it.</summary>
internal static class InheritedDescriptors
{
    private const int LastStandard = 2;
    private const int UsualLimit = 1024;

    /// <summary>Closes all but the standard ones and those to keep.</summary>
    public static void Close(IReadOnlyList<int> kept)
    {
        foreach (int descriptor in NumberedFolder.TryRead("/proc/self/fd") ?? Enumerable.Range(0, UsualLimit))
        {
            if (descriptor > LastStandard && !IsKept(kept, descriptor) && NativeCell.FCntl(descriptor, NativeCell.GetDescriptorFlags, 0) == 0)
            {
                _ = NativeCell.Close(descriptor);
            }
        }
    }

    private static bool IsKept(IReadOnlyList<int> kept, int descriptor)
    {
        for (int i = 0; i < kept.Count; i++)
        {
            if (kept[i] == descriptor)
            {
                return true;
            }
        }
        return false;
    }
}
