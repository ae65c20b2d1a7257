using PortableVirt.Emulation.Console;
using PortableVirt.Emulation.Io.Devices;
using PortableVirt.Emulation.Io.Disk;
using PortableVirt.Emulation.Io.Disk.Layers;
using PortableVirt.Emulation.Io.Host;
using PortableVirt.Emulation.Io.Mailslots;
using PortableVirt.Emulation.Io.Pipes;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Sockets;
using PortableVirt.Emulation.Sockets.Nsi;
using PortableVirt.Emulation.Threads;
using PortableVirt.VirtualLayer.Network;

namespace PortableVirt.Emulation.Io;

/// <summary>The I/O manager of a VM: its drives and devices, and how names lead to them.</summary>
public sealed class IoManager(Executive executive) : IDisposable
{
    /// <summary>Symbolic links of the namespace that one name may go through.</summary>
    private const int MaximumLinks = 16;

    private PrivateFolder? _private;
    private HostTree? _systemTree;
    private ReadOnlyLayer? _layer;
    private SocketNetwork? _network;
    private readonly ConsoleDevice _consoleDevice = new(executive);

    /// <summary>The files of C:\windows\system32.</summary>
    public SystemFiles SystemFiles { get; } = new();

    /// <summary>Why drive C: could not be made when the program wanted it, or null.</summary>
    public Exception? DriveFailure => _private?.Failure;

    /// <summary>The console, or null when the VM was started without a terminal and no program has made one.</summary>
    public ConsoleObject? Console => _consoleDevice.Console;

    /// <summary>Which network addresses the VM may use.</summary>
    internal NetworkPolicy NetworkPolicy => _network?.Policy ?? NetworkPolicy.Default;

    /// <summary>The mounted volumes, by drive letter.</summary>
    internal List<Volume> Volumes { get; } = [];

    /// <summary>
    /// Descriptor of drive C:'s host folder, or of the file of the layer below while that folder is not made; it also answers for directories that have
    /// none.
    /// </summary>
    internal Microsoft.Win32.SafeHandles.SafeFileHandle SystemRoot => _layer is { } layer && !_private!.IsMade ? layer.Container : _systemTree!.Root;

    internal FileControlBlockTable ControlBlocks { get; } = new();

    internal MappedFileTable MappedFiles { get; } = new();

    /// <summary>
    /// Makes the drives and the standard devices; call once, before the first process starts. Fails when the system library's folder
    /// cannot be opened.
    /// </summary>
    public NtStatus Start(VirtualDriveOptions options)
    {
        DescriptorLimit.Raise();
        _private = new PrivateFolder(options.PrivateFolder, options.UserName, options.Layer is not null, options.Data);
        NtStatus status = SystemFiles.Start(options.SystemLibraryFolder, () => _private.Generated);
        if (!status.IsSuccess)
        {
            return status;
        }
        HostTree tree = _systemTree = HostTree.CreateLater(_private);
        long time = executive.Clock.BootTime;
        if (options.Layer is { } layer)
        {
            _layer = layer;
            foreach (string folder in SystemVolume.StandardFolders(options.UserName))
            {
                layer.AddFolder(folder);
            }
            AddVolume(new LayeredVolume(tree, _private, layer, SystemFiles, time));
        }
        else
        {
            AddVolume(new SystemVolume(tree, SystemFiles, time));
        }
        AddVolume(new GrantVolume(options.Policy, time));
        Link(@"\DosDevices", @"\??");
        Link(@"\GLOBAL??", @"\??");
        Link(@"\??\GLOBALROOT", "");
        Link(@"\??\Global", @"\??");
        Link(@"\SystemRoot", @"\??\C:\windows");
        AddDevice(@"\Device\Null", "NUL", new NullDevice());
        AddDevice(@"\Device\NamedPipe", "pipe", new NamedPipeDevice(executive));
        AddDevice(@"\Device\MailSlot", "MAILSLOT", new MailslotDevice(executive));
        AddDevice(@"\Device\MountPointManager", "MountPointManager", new MountManagerDevice(Volumes));
        foreach (Volume volume in Volumes)
        {
            Link(MountManagerDevice.VolumeName(volume), $@"\Device\HarddiskVolume{volume.Number}");
        }
        _network = new SocketNetwork(options.Network, executive.Clock.Monotonic);
        AddDevice(@"\Device\Afd", null, new AfdDevice(_network));
        AddDevice(@"\Device\Nsi", "Nsi", new NsiDevice(_network));
        AddDevice(@"\Device\ConDrv", null, _consoleDevice);
        Link(@"\??\CONIN$", @"\Device\ConDrv\CurrentIn");
        Link(@"\??\CONOUT$", @"\Device\ConDrv\CurrentOut");
        Link(@"\??\CON", @"\Device\ConDrv\Con");
        AddDevice(@"\Device\Mup", "UNC", new RefusingDevice(NtStatus.BadNetworkPath));
        AddDevice(@"\Device\HostRoot", "unix", new RefusingDevice(NtStatus.ObjectPathNotFound));
        return NtStatus.Success;
    }

    /// <summary>Makes the host folders of drive C: that may be needed later, before this process is limited to them.</summary>
    /// <returns>The folders to keep.</returns>
    public IReadOnlyList<string> PrepareFolders() => _private?.Prepare() ?? [];

    /// <summary>
    /// Makes the console when a standard descriptor is a terminal. Call before <see cref="StandardHandles.Create"/>.
    /// </summary>
    /// <returns>False when there is no terminal: processes then start with console handle 0.</returns>
    public bool AttachConsole(int input, int output)
    {
        _consoleDevice.Console = ConsoleObject.Create(executive, input, output);
        return _consoleDevice.Console is not null;
    }

    /// <summary>Makes an invisible console, as <see cref="AttachConsole"/> one of a terminal. False when the host has no descriptors left.</summary>
    public bool AttachInvisibleConsole()
    {
        _consoleDevice.Console = ConsoleObject.CreateInvisible(executive);
        return _consoleDevice.Console is not null;
    }

    /// <summary>Connects a process to the console, as kernelbase.dll does at its start. Null without a console.</summary>
    internal FileObject? ConnectConsole(NtThread thread, uint access)
    {
        FileCreateRequest request = new(thread, access, 0, 0, FileDisposition.Open, FileOptions.NonDirectory, 0, false);
        return _consoleDevice.Open(request, "Connection", out FileObject file, out _).IsSuccess ? file : null;
    }

    /// <summary>A file object for RTL_USER_PROCESS_PARAMETERS.ConsoleHandle; null without a console.</summary>
    public FileObject? CreateConsoleReference() => CreateConsoleFile(ConsolePart.Reference);

    /// <summary>Puts a device into the namespace and gives it a DOS name.</summary>
    /// <param name="path">Path such as \Device\Null.</param>
    /// <param name="dosName">Name in \??, or null for none.</param>
    public void AddDevice(string path, string? dosName, DeviceObject device)
    {
        EnsureParent(path);
        device.IsPermanent = true;
        executive.Namespace.Insert(null, path, true, device, out _);
        if (dosName is not null)
        {
            Link(@"\??\" + dosName, path);
        }
    }

    /// <summary>
    /// Opens or creates a file by name: finds the device and asks it. The result has no handle yet.
    /// </summary>
    /// <param name="root">The object that the name is relative to, or null.</param>
    /// <param name="ignoreCase">OBJ_CASE_INSENSITIVE, for the names of devices.</param>
    internal NtStatus Create(in FileCreateRequest request, KernelObject? root, string name, bool ignoreCase, out FileObject file, out ulong information)
    {
        NtStatus status = Find(request, root, name, ignoreCase, out file, out information);
        executive.Recorder?.NoteFile(status.IsSuccess ? file.ObjectName : name, file is VirtualDirectoryFile || (request.Options & FileOptions.Directory) != 0, status);
        return status;
    }

    private NtStatus Find(in FileCreateRequest request, KernelObject? root, string name, bool ignoreCase, out FileObject file, out ulong information)
    {
        file = null!;
        information = 0;
        FileCreateRequest asked = request with { EndsWithBackslash = name.EndsWith('\\') };
        if (root is FileObject { } parent and not DiskFile and not VirtualDirectoryFile)
        {
            return parent.OpenRelative(asked, name, out file, out information);
        }
        NtStatus status = Resolve(root, name, ignoreCase, out DeviceObject? device, out string remainder);
        return status.IsSuccess ? device!.Open(asked, remainder, out file, out information) : status;
    }

    /// <summary>Finds the volume that a name leads to. STATUS_OBJECT_TYPE_MISMATCH when it leads to something else.</summary>
    internal NtStatus ResolveVolumePath(KernelObject? root, string name, out Volume volume, out string remainder)
    {
        NtStatus status = Resolve(root, name, true, out DeviceObject? device, out remainder);
        volume = (device as Volume)!;
        return status.IsSuccess && volume is null ? NtStatus.NotSameDevice : status;
    }

    /// <summary>Finds the pipe device and the pipe's name for NtCreateNamedPipeFile.</summary>
    internal NtStatus ResolvePipe(in NtObjectAttributes attributes, out NamedPipeDevice device, out string name)
    {
        string given = attributes.Name ?? "";
        if (attributes.Root is NamedPipeRootFile root)
        {
            (device, name) = (root.Device, given);
            return NtStatus.Success;
        }
        NtStatus status = Resolve(attributes.Root, given, attributes.IgnoreCase, out DeviceObject? found, out name);
        device = (found as NamedPipeDevice)!;
        return status.IsSuccess && (device is null || name.Length == 0) ? NtStatus.ObjectNameInvalid : status;
    }

    /// <summary>Finds the mailslot device and the slot's name for NtCreateMailslotFile.</summary>
    internal NtStatus ResolveMailslot(in NtObjectAttributes attributes, out MailslotDevice device, out string name)
    {
        NtStatus status = Resolve(attributes.Root, attributes.Name ?? "", attributes.IgnoreCase, out DeviceObject? found, out name);
        device = (found as MailslotDevice)!;
        return status.IsSuccess && (device is null || name.Length == 0) ? NtStatus.ObjectNameInvalid : status;
    }

    internal FileObject? CreateConsoleFile(ConsolePart part) =>
        Console is { } console ? new ConsoleFile(_consoleDevice, console, part, 0x12019f, 3, FileOptions.SynchronousNonAlert, false) : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        _network?.Dispose();
        Console?.Dispose();
        SystemFiles.Dispose();
        _systemTree?.Dispose();
        _private?.Dispose();
    }

    private NtStatus Resolve(KernelObject? root, string name, bool ignoreCase, out DeviceObject? device, out string remainder)
    {
        device = null;
        remainder = "";
        switch (root)
        {
            case DiskFile { IsDirectory: true } directory:
                (device, remainder) = (directory.Volume, JoinRelative(directory.Path, name));
                return name.StartsWith('\\') ? NtStatus.ObjectNameInvalid : NtStatus.Success;
            case VirtualDirectoryFile directory:
                (device, remainder) = (directory.Volume, JoinRelative(directory.Path, name));
                return name.StartsWith('\\') ? NtStatus.ObjectNameInvalid : NtStatus.Success;
            case DiskFile file:
                (device, remainder) = (file.Volume, file.FileName[1..]);
                return name.Length == 0 ? NtStatus.Success : NtStatus.ObjectPathNotFound;
            case null or DirectoryObject:
                break;
            default:
                return NtStatus.ObjectTypeMismatch;
        }
        for (int depth = 0; depth < MaximumLinks; depth++)
        {
            NtStatus status = executive.Namespace.Lookup(root as DirectoryObject, name, ignoreCase, out KernelObject? found, out remainder);
            switch (found)
            {
                case DeviceObject hit when status.IsSuccess:
                    device = hit;
                    return NtStatus.Success;
                case SymbolicLinkObject link when status.IsSuccess:
                    name = link.Target;
                    root = null;
                    continue;
                default:
                    return status.IsSuccess ? NtStatus.ObjectTypeMismatch : status;
            }
        }
        return NtStatus.ObjectNameInvalid;
    }

    private static string JoinRelative(string folder, string name)
    {
        string prefix = folder.Replace('/', '\\');
        return prefix.Length == 0 ? name : name.Length == 0 ? prefix : prefix + "\\" + name;
    }

    private void AddVolume(Volume volume)
    {
        Volumes.Add(volume);
        AddDevice($@"\Device\HarddiskVolume{volume.Number}", $"{volume.Letter}:", volume);
    }

    private void Link(string path, string target)
    {
        EnsureParent(path);
        SymbolicLinkObject link = new(target) { IsPermanent = true };
        executive.Namespace.Insert(null, path, true, link, out _);
    }

    private void EnsureParent(string path)
    {
        for (int cut = path.IndexOf('\\', 1); cut > 0; cut = path.IndexOf('\\', cut + 1))
        {
            executive.Namespace.Insert(null, path[..cut], true, new DirectoryObject { IsPermanent = true }, out _);
        }
    }
}
