using PortableVirt.Emulation.Io;
using PortableVirt.Emulation.Io.Disk;

namespace PortableVirt.Emulation;

public sealed partial class Executive
{
    private IoManager? _io;

    /// <summary>Files and devices.</summary>
    public IoManager Io => _io ??= new IoManager(this);

    /// <summary>The files of C:\windows\system32.</summary>
    public SystemFiles SystemFiles => Io.SystemFiles;
}
