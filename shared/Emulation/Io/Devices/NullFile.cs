using PortableVirt.Emulation.Memory;

namespace PortableVirt.Emulation.Io.Devices;

/// <summary>An open \Device\Null.</summary>
internal sealed class NullFile(Executive executive, uint access, uint share, FileOptions options) : FileObject(executive, access, share, options)
{
    /// <summary>FILE_DEVICE_NULL.</summary>
    public override uint DeviceType => 0x15;

    /// <inheritdoc/>
    public override string ObjectName => @"\Device\Null";

    /// <inheritdoc/>
    public override string FileName => @"\Device\Null";

    /// <inheritdoc/>
    internal override NtStatus Read(in IoReply reply, GuestPointer buffer, uint length, long? offset) => reply.Complete(NtStatus.EndOfFile, 0);

    /// <inheritdoc/>
    internal override NtStatus Write(in IoReply reply, GuestPointer buffer, uint length, long? offset) => reply.Complete(NtStatus.Success, length);
}
