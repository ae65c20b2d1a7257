using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Dispatch.Native;
using PortableVirt.Dispatch.Registry;

namespace PortableVirt.Dispatch.Logs;

/// <summary>The logs of VMs that run without a caller. VM-apps write into their files themselves, so that they need no daemon; the daemon takes
/// away the beginning of a long one by making it a hole, so that places in the file stay what they are.</summary>
internal sealed class VmLog(StateFolder state)
{
    /// <summary>Length that a log keeps at least.</summary>
    public const long KeptLength = 4 << 20;

    /// <summary>Length above it at which the beginning is taken away.</summary>
    private const long Slack = 4 << 20;

    private const uint OwnerReadsAndWrites = 0x180;
    private const string Suffix = ".log";

    /// <summary>Path of a VM's log.</summary>
    public string PathOf(string vmId) => Path.Combine(state.Logs, vmId + Suffix);

    /// <summary>Opens a VM's log at its end, for its VM-app; makes it if needed.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    public SafeFileHandle OpenForVm(string vmId)
    {
        SafeFileHandle file = NativeFile.Open(
            PathOf(vmId), NativeFile.OWrOnly | NativeFile.OAppend | NativeFile.OCreat | NativeFile.OCloExec, OwnerReadsAndWrites);
        return file.IsInvalid ? throw NativeCall.Failed($"the log {PathOf(vmId)} cannot be opened") : file;
    }

    /// <summary>Opens a VM's log for reading; null when it has none.</summary>
    public FileStream? TryOpen(string vmId)
    {
        try
        {
            return new FileStream(PathOf(vmId), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>The first place at or after one that holds bytes; the file's length when none does.</summary>
    public static long SkipHole(FileStream log, long place)
    {
        long data = NativeFile.LSeek(log.SafeFileHandle, place, NativeFile.SeekData);
        return data >= 0 ? data
            : Marshal.GetLastPInvokeError() == NativeFile.Enxio ? log.Length
            : throw NativeCall.Failed("lseek");
    }

    /// <summary>Takes away the beginning of a VM's log if it has become long.</summary>
    /// <exception cref="IOException">The file system cannot make holes, or the file cannot be opened.</exception>
    public void Shorten(string vmId)
    {
        if (!File.Exists(PathOf(vmId)))
        {
            return;
        }

        using FileStream log = new(PathOf(vmId), FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, 0);
        long end = log.Length - KeptLength;
        if (end > Slack && SkipHole(log, 0) < end - Slack)
        {
            NativeCall.Check(NativeFile.FAllocate(log.SafeFileHandle, NativeFile.FallocPunchHole | NativeFile.FallocKeepSize, 0, end), "fallocate");
        }
    }

    /// <summary>Removes a VM's log.</summary>
    public void Remove(string vmId) => File.Delete(PathOf(vmId));

    /// <summary>Removes the logs of VMs that are not among these.</summary>
    public void Sweep(IReadOnlySet<string> vmIds)
    {
        foreach (string path in Directory.GetFiles(state.Logs, "*" + Suffix))
        {
            if (!vmIds.Contains(Path.GetFileNameWithoutExtension(path)))
            {
                File.Delete(path);
            }
        }
    }
}
