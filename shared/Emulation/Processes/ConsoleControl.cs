using PortableVirt.Analysis.Pe;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Processes;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation;

public sealed partial class Executive
{
    private const uint CtrlC = 0;
    private const int ParametersOffset = 0x20;
    private const int ConsoleFlagsOffset = 0x18;
    private const string HandlerModule = "kernelbase.dll";
    private readonly List<NtThread> _controlThreads = [];
    private uint? _controlRoutine;

    /// <summary>The system library; set when it is loaded.</summary>
    internal Loader.IFileSource? SystemLibraryFiles { get; set; }

    /// <summary>True while a handler of an earlier event has not returned, or a process that was told to end has not ended.</summary>
    public bool HasUnansweredControl
    {
        get
        {
            lock (_controlThreads)
            {
                _controlThreads.RemoveAll(thread => thread.HasEnded);
                return _controlThreads.Count != 0 || ClientIds.Processes().Any(process => process.IsEnding);
            }
        }
    }

    /// <summary>
    /// Raises a console control event (CTRL_C_EVENT 0, CTRL_BREAK_EVENT 1, CTRL_CLOSE_EVENT 2) in the processes of the console, or
    /// in every process where there is no terminal: a new thread at kernelbase's CtrlRoutine calls the program's handlers. (libwine's
    /// ntdll has a routine of its own that does nothing without a console.) A process that has not loaded kernelbase yet is ended.
    /// </summary>
    /// <param name="kind">The event.</param>
    /// <param name="group">Process group; 0 for all.</param>
    /// <returns>False when the group has no process.</returns>
    public bool RaiseConsoleControl(uint kind, uint group = 0)
    {
        IReadOnlyList<NtProcess> processes = Io.Console is { IsInvisible: false } console && console.AttachedProcesses() is { Count: > 0 } attached ? attached : [.. ClientIds.Processes()];
        bool found = false;
        foreach (NtProcess process in processes.Distinct())
        {
            if (process.IsEnding || (group != 0 && process.ProcessGroupId != group))
            {
                continue;
            }
            found = true;
            if (Reaches(process, kind))
            {
                RunControlRoutine(process, kind);
            }
        }
        Io.Console?.AbortLine();
        return found;
    }

    /// <summary>
    /// A process can ignore Ctrl-C (bit 0 of ConsoleFlags: a new process group, SetConsoleCtrlHandler(NULL)), but no other event;
    /// libwine's routine ignores them all then, so the bit is kept here from the first other event on. Windows' cmd.exe handles
    /// Ctrl-C itself and stays; libwine 8.0's installs no handler and would end.
    /// </summary>
    private static bool Reaches(NtProcess process, uint kind)
    {
        if (!process.Memory.TryRead(new GuestPointer(process.Peb + ParametersOffset), out ulong parameters)
            || !process.Memory.TryRead(new GuestPointer(parameters + ConsoleFlagsOffset), out uint flags))
        {
            return true;
        }
        bool ignores = (flags & 1) != 0;
        if (kind == CtrlC)
        {
            bool isShell = process.IsLibraryProgram && process.ImagePath.EndsWith(@"\cmd.exe", StringComparison.OrdinalIgnoreCase);
            return !ignores && !process.IgnoresCtrlC && !isShell;
        }
        process.IgnoresCtrlC |= ignores;
        return !ignores || process.Memory.TryWrite(new GuestPointer(parameters + ConsoleFlagsOffset), flags & ~1u);
    }

    private void RunControlRoutine(NtProcess process, uint kind)
    {
        uint routine = _controlRoutine ??= FindControlRoutine();
        ulong module = process.Modules.FindBase(HandlerModule);
        if (routine == 0 || module == 0 || !ThreadBuilder.Create(process, module + routine, kind, 0, out NtThread? thread).IsSuccess)
        {
            process.RequestEnd(NtStatus.ControlCExit);
            return;
        }
        lock (_controlThreads)
        {
            _controlThreads.Add(thread!);
        }
        if (!thread!.Start().IsSuccess)
        {
            process.RequestEnd(NtStatus.ControlCExit);
        }
    }

    private uint FindControlRoutine()
    {
        using FileExtent? extent = SystemLibraryFiles?.TryOpen(HandlerModule);
        if (extent is null)
        {
            return 0;
        }
        using MappedFile file = MappedFile.Open(extent);
        return PeImage.TryParse(file.Memory, file.FileLength, out PeImage? image, out _) && image.Exports.TryFind("CtrlRoutine", out PeExport export) ? export.Rva : 0;
    }
}
