namespace PortableVirt.Emulation.Io.Devices;

/// <summary>\Device\Null: reads end at once, writes are swallowed.</summary>
internal sealed class NullDevice : DeviceObject
{
    /// <inheritdoc/>
    internal override NtStatus Open(in FileCreateRequest request, string remainder, out FileObject file, out ulong information)
    {
        file = null!;
        information = FileCreateRequest.Opened;
        if (remainder.Length != 0)
        {
            return NtStatus.ObjectPathNotFound;
        }
        if (request.Options.HasFlag(FileOptions.Directory))
        {
            return NtStatus.NotADirectory;
        }
        file = new NullFile(request.Thread.Executive, request.Access, request.Share, request.Options);
        return NtStatus.Success;
    }
}
