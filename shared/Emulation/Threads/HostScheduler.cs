using System.Runtime.InteropServices;

namespace PortableVirt.Emulation.Threads;

/// <summary>
/// What the guest's affinities and priorities mean to the host's scheduler, as far as an unprivileged process may tell it: guest processor n is
/// the n-th host processor that the VM may use; a priority below normal is a positive nice value.
/// </summary>
internal static class HostScheduler
{
    private const int MaskWords = 16;
    private const int PriorityOfProcess = 0;
    private const int LimitOfNice = 13;
    private const int NormalPriority = 8;
    private const int LowestNice = 19;

    /// <summary>RLIMIT_NICE at which a nice value may be taken back to 0: 20 minus the value.</summary>
    private const ulong NiceZeroAllowed = 20;

    private static readonly int[] _processors = ReadProcessors();
    private static readonly bool _mayRaise = NativeThread.GetEffectiveUser() == 0
        || (NativeThread.GetLimit(LimitOfNice, out ResourceLimit limit) == 0 && limit.Current >= NiceZeroAllowed);

    /// <summary>The guest processor that the calling host thread runs on.</summary>
    public static int CurrentProcessor => Math.Max(0, Array.IndexOf(_processors, NativeThread.GetProcessor()));

    /// <summary>Binds a host thread to the processors of a guest mask. A host that refuses leaves the thread where it is: affinity is a wish.</summary>
    public static void SetAffinity(int hostThread, ulong mask)
    {
        Span<ulong> words = stackalloc ulong[MaskWords];
        words.Clear();
        for (int i = 0; i < Math.Min(_processors.Length, 64); i++)
        {
            if ((mask & (1ul << i)) != 0)
            {
                words[_processors[i] / 64] |= 1ul << (_processors[i] % 64);
            }
        }
        _ = NativeThread.SetAffinity(hostThread, MaskWords * sizeof(ulong), in MemoryMarshal.GetReference(words));
    }

    /// <summary>
    /// Gives a host thread the nice value of an NT priority (1 to 31). Priorities above normal need privileges and stay at 0. Nothing happens
    /// where the thread could not come back to normal later: a program that lowers a priority for a while must not be slow for ever.
    /// </summary>
    public static void SetPriority(int hostThread, int priority)
    {
        if (_mayRaise)
        {
            int nice = priority >= NormalPriority ? 0 : (NormalPriority - Math.Max(priority, 1)) * LowestNice / (NormalPriority - 1);
            _ = NativeThread.SetPriority(PriorityOfProcess, hostThread, nice);
        }
    }

    private static int[] ReadProcessors()
    {
        Span<ulong> words = stackalloc ulong[MaskWords];
        words.Clear();
        List<int> allowed = [];
        if (NativeThread.GetAffinity(Environment.ProcessId, MaskWords * sizeof(ulong), ref MemoryMarshal.GetReference(words)) > 0)
        {
            for (int i = 0; i < MaskWords * 64; i++)
            {
                if ((words[i / 64] & (1ul << (i % 64))) != 0)
                {
                    allowed.Add(i);
                }
            }
        }
        return allowed.Count != 0 ? [.. allowed] : [.. Enumerable.Range(0, Environment.ProcessorCount)];
    }
}
