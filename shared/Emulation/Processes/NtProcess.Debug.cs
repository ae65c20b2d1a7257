using PortableVirt.Emulation.Debugging;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Processes;

/// <summary>The process as its debugger sees it. Guarded by the dispatcher lock.</summary>
public sealed partial class NtProcess
{
    private volatile int _freezeCount;
    private volatile DebugObject? _debugPort;

    /// <summary>The debug object that its events go to, or null.</summary>
    internal DebugObject? DebugPort
    {
        get => _debugPort;
        set => _debugPort = value;
    }

    /// <summary>True when processes that it makes get its debugger too.</summary>
    internal bool IsDebugInherited { get; set; } = true;

    /// <summary>True once a debugger knows of the process.</summary>
    internal bool IsCreationReported { get; set; }

    /// <summary>Start of the program's image.</summary>
    internal ulong ImageBase { get; set; }

    /// <summary>Status that the process was told to end with, or null.</summary>
    internal NtStatus? EndStatus => _endStatus;

    /// <summary>True while debug events wait for the debugger: no thread runs user code then.</summary>
    internal bool IsFrozen => _freezeCount != 0;

    /// <summary>Stops all threads before their next user instruction. Call <see cref="KickThreads"/> after the lock is left.</summary>
    internal void Freeze() => _freezeCount++;

    /// <summary>Takes one <see cref="Freeze"/> back.</summary>
    internal void Thaw()
    {
        if (--_freezeCount == 0)
        {
            foreach (NtThread thread in Threads)
            {
                thread.Park.Wake();
            }
        }
    }

    /// <summary>Makes running threads look at <see cref="IsFrozen"/> soon.</summary>
    internal void KickThreads() => ForEachThread(static thread => thread.KickVcpu?.Invoke());
}
