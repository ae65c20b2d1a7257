using Microsoft.Win32.SafeHandles;
using PortableVirt.Emulation.Console;
using PortableVirt.Emulation.Io.Disk;
using PortableVirt.Emulation.Io.Host;

namespace PortableVirt.Emulation.Io.Devices;

/// <summary>Makes file objects of the descriptors that the VM was started with.</summary>
public static class StandardHandles
{
    /// <summary>FILE_DEVICE_NAMED_PIPE.</summary>
    internal const uint PipeType = 0x11;

    private const uint UnknownType = 0x22;
    private const int GetStatusFlags = 3;

    /// <summary>The file object for a standard handle that is the console's: its input, or its output. Null without a console.</summary>
    public static FileObject? OfConsole(Executive executive, bool isInput) => executive.Io.CreateConsoleFile(isInput ? ConsolePart.Input : ConsolePart.Output);

    /// <summary>As below; descriptor 0 is taken for the standard input.</summary>
    public static FileObject? Create(Executive executive, int descriptor) => Create(executive, descriptor, descriptor == 0);

    /// <summary>
    /// The file object for a host descriptor: file, pipe, socket, device or NUL, synchronous, with the access that the
    /// descriptor has. Null when the descriptor is not open.
    /// </summary>
    /// <param name="executive">The executive.</param>
    /// <param name="descriptor">Host descriptor; it stays the caller's.</param>
    /// <param name="isInput">It is the standard input: a terminal then is the console's input, else its output.</param>
    public static FileObject? Create(Executive executive, int descriptor, bool isInput)
    {
        SafeFileHandle handle = new(descriptor, false);
        int flags = NativeIo.FCntl(descriptor, GetStatusFlags, 0);
        if (flags < 0 || !HostTree.TryStat(handle, out HostStat stat))
        {
            return null;
        }
        uint access = (flags & 3) switch { OpenFlags.ReadOnly => 0x120089, OpenFlags.WriteOnly => 0x120196, _ => 0x12019f };
        return stat.Type switch
        {
            OpenFlags.TypeRegular => new HostSeekableFile(executive, access, handle),
            OpenFlags.TypeFifo or OpenFlags.TypeSocket => new HostStreamFile(executive, access, handle, PipeType),
            OpenFlags.TypeCharacter when stat is { SpecialMajor: 1, SpecialMinor: 3 } => new NullFile(executive, access, 3, FileOptions.SynchronousNonAlert),
            OpenFlags.TypeCharacter when executive.Io.Console is not null && TerminalSettings.IsTerminal(handle) =>
                executive.Io.CreateConsoleFile(isInput ? ConsolePart.Input : ConsolePart.Output),
            _ => new HostStreamFile(executive, access, handle, UnknownType),
        };
    }
}
