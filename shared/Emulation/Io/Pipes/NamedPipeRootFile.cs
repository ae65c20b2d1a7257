using PortableVirt.Emulation.Io.Disk;

namespace PortableVirt.Emulation.Io.Pipes;

/// <summary>The root directory of the pipe device: names can be enumerated and waited for.</summary>
internal sealed class NamedPipeRootFile(NamedPipeDevice device, Executive executive, uint access, uint share, FileOptions options)
    : FileObject(executive, access, share, options), IDirectorySource
{
    private const uint Wait = 0x110018;
    private const int WaitHeader = 14;

    /// <inheritdoc/>
    public override uint DeviceType => Devices.StandardHandles.PipeType;

    /// <inheritdoc/>
    public override string ObjectName => @"\Device\NamedPipe\";

    /// <inheritdoc/>
    public override string FileName => @"\";

    /// <summary>The device.</summary>
    public NamedPipeDevice Device => device;

    /// <inheritdoc/>
    public DirectoryEnumeration Enumeration { get; } = new();

    /// <inheritdoc/>
    public bool IsRoot => true;

    /// <inheritdoc/>
    public NtStatus ReadNames(List<string> names)
    {
        names.AddRange(device.Names());
        return NtStatus.Success;
    }

    /// <inheritdoc/>
    public NtStatus FindName(string name, out string actual)
    {
        string? found = device.Names().Find(n => n.Equals(name, StringComparison.OrdinalIgnoreCase));
        actual = found ?? name;
        return found is null ? NtStatus.ObjectNameNotFound : NtStatus.Success;
    }

    /// <inheritdoc/>
    public bool TryGetEntry(string name, out FileMetadata metadata)
    {
        metadata = new FileMetadata { Attributes = FileAttributeFlags.Normal, EndOfFile = 1 };
        return true;
    }

    /// <inheritdoc/>
    internal override NtStatus OpenRelative(in FileCreateRequest request, string name, out FileObject file, out ulong information) =>
        device.Open(request, name, out file, out information);

    /// <inheritdoc/>
    internal override NtStatus FsControl(in IoReply reply, in IoControl control)
    {
        if (control.Code != Wait)
        {
            return NtStatus.InvalidDeviceRequest;
        }
        if (control.InputLength < WaitHeader)
        {
            return NtStatus.InvalidParameter;
        }
        Memory.GuestAccessor memory = reply.Thread.Memory;
        if (!memory.TryRead(control.Input, out long timeout) || !memory.TryRead(control.Input + 8, out uint length) || !memory.TryRead(control.Input + 12, out byte specified))
        {
            return NtStatus.AccessViolation;
        }
        if (length > control.InputLength - WaitHeader)
        {
            return NtStatus.InvalidParameter;
        }
        if (!memory.TryReadUtf16(control.Input + WaitHeader, (int)length, out string name))
        {
            return NtStatus.AccessViolation;
        }
        return reply.Complete(device.WaitForListener(reply.Thread, name, specified != 0 ? timeout : null), 0);
    }
}
