using PortableVirt.Emulation.Io.Disk;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Sync;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Io;

/// <summary>
/// An open file, directory, pipe end, device or socket: the state of one NtCreateFile. Duplicated and inherited handles share it.
/// </summary>
/// <param name="executive">The executive.</param>
/// <param name="access">Granted access of the handle that the create call made.</param>
/// <param name="share">FILE_SHARE_ flags.</param>
/// <param name="options">Create options.</param>
public abstract partial class FileObject(Executive executive, uint access, uint share, FileOptions options) : DispatcherObject(ObjectKinds.File)
{
    /// <summary>FILE_SKIP_COMPLETION_PORT_ON_SUCCESS of FileIoCompletionNotificationInformation.</summary>
    public const uint SkipCompletionPortOnSuccess = 1;

    private bool _isSignaled = true;

    /// <summary>The executive.</summary>
    public Executive Executive { get; } = executive;

    /// <summary>Access granted when it was opened.</summary>
    public uint Access { get; } = access;

    /// <summary>FILE_SHARE_ flags of the open.</summary>
    public uint Share { get; } = share;

    /// <summary>Create options; FileModeInformation can change some.</summary>
    public FileOptions Options { get; set; } = options;

    /// <summary>Calls on it return when they are done.</summary>
    public bool IsSynchronous => (Options & (FileOptions.SynchronousAlert | FileOptions.SynchronousNonAlert)) != 0;

    /// <summary>Completion port, or null.</summary>
    public CompletionBinding? Port { get; set; }

    /// <summary>FILE_SKIP_ flags.</summary>
    public uint NotificationModes { get; set; }

    /// <summary>A call that succeeds at once posts no packet.</summary>
    public bool SkipsPortOnSuccess => (NotificationModes & SkipCompletionPortOnSuccess) != 0;

    /// <summary>FILE_DEVICE_ type (winioctl.h) as FileFsDeviceInformation shows it.</summary>
    public abstract uint DeviceType { get; }

    /// <summary>Full name for NtQueryObject, for example \??\C:\x\y.</summary>
    public abstract string ObjectName { get; }

    /// <inheritdoc/>
    public override string? QueryName() => ObjectName;

    /// <summary>Name for FileNameInformation: the part below the device or volume, with a leading backslash.</summary>
    public abstract string FileName { get; }

    /// <summary>Opens a name relative to this object, for devices that have such names.</summary>
    internal virtual NtStatus OpenRelative(in FileCreateRequest request, string name, out FileObject file, out ulong information)
    {
        file = null!;
        information = 0;
        return NtStatus.ObjectPathSyntaxBad;
    }

    /// <summary>Reads at <paramref name="offset"/> (null: at the current position) into guest memory.</summary>
    internal virtual NtStatus Read(in IoReply reply, GuestPointer buffer, uint length, long? offset) => NtStatus.InvalidDeviceRequest;

    /// <summary>Writes guest memory at <paramref name="offset"/> (null: at the current position; -1: at the end).</summary>
    internal virtual NtStatus Write(in IoReply reply, GuestPointer buffer, uint length, long? offset) => NtStatus.InvalidDeviceRequest;

    /// <summary>True when a read or write now would not block the thread, so that it can be answered as a posted call.</summary>
    internal virtual bool TransfersAtOnce(bool isWrite) => false;

    /// <summary>NtDeviceIoControlFile.</summary>
    internal virtual NtStatus DeviceControl(in IoReply reply, in IoControl control) => NtStatus.InvalidDeviceRequest;

    /// <summary>NtFsControlFile.</summary>
    internal virtual NtStatus FsControl(in IoReply reply, in IoControl control) => NtStatus.InvalidDeviceRequest;

    /// <summary>NtFlushBuffersFile.</summary>
    internal virtual NtStatus Flush(NtThread thread) => NtStatus.Success;

    /// <summary>Data for the basic, standard, network-open and directory classes.</summary>
    internal virtual NtStatus QueryMetadata(out FileMetadata metadata)
    {
        metadata = new FileMetadata { Attributes = FileAttributeFlags.Normal, Links = 1 };
        return NtStatus.Success;
    }

    /// <summary>EaSize: what the file's extended attributes take, packed; 0 without any.</summary>
    internal virtual uint QueryEaSize() => 0;

    /// <summary>Current position of a synchronous file.</summary>
    internal virtual NtStatus QueryPosition(out long position)
    {
        position = 0;
        return NtStatus.Success;
    }

    /// <summary>Sets the current position.</summary>
    internal virtual NtStatus SetPosition(long position) => NtStatus.Success;

    /// <summary>Answers a class of NtQueryInformationFile that only this kind of file has; STATUS_INVALID_INFO_CLASS otherwise.</summary>
    internal virtual NtStatus QuerySpecial(FileInformationClass informationClass, Span<byte> buffer, out int written)
    {
        written = 0;
        return NtStatus.InvalidInfoClass;
    }

    /// <summary>Handles a class of NtSetInformationFile that is not common to all files.</summary>
    internal virtual NtStatus SetSpecial(NtThread thread, FileInformationClass informationClass, ReadOnlySpan<byte> buffer, uint grantedAccess) => NtStatus.InvalidParameter;

    /// <summary>The host file whose pages a section may map.</summary>
    /// <returns>False for everything but regular files.</returns>
    public virtual bool TryGetHostFile(out Microsoft.Win32.SafeHandles.SafeFileHandle handle)
    {
        handle = null!;
        return false;
    }

    /// <inheritdoc/>
    internal override bool IsSignaled(NtThread thread) => Volatile.Read(ref _isSignaled);

    internal void SetSignaled(bool value)
    {
        lock (Executive.Dispatcher.Lock)
        {
            _isSignaled = value;
            if (value)
            {
                Executive.Dispatcher.Signal(this);
            }
        }
    }
}
