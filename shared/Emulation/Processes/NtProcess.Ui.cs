using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Ui;

namespace PortableVirt.Emulation.Processes;

public sealed partial class NtProcess
{
    private readonly Lock _userObjectLock = new();
    private Handle _windowStation;
    private Handle _desktop;

    /// <summary>The process's handle to its window station; opened at the first question.</summary>
    internal Handle WindowStation => UserObjectHandle(ref _windowStation, ObjectKinds.WindowStation, "WinSta0");

    /// <summary>The process's handle to the desktop of its threads.</summary>
    internal Handle Desktop => UserObjectHandle(ref _desktop, ObjectKinds.Desktop, "Default");

    private Handle UserObjectHandle(ref Handle handle, ObjectKind kind, string name)
    {
        lock (_userObjectLock)
        {
            if (handle.IsNull && Handles.Insert(new UserObject(kind, name), kind.AllAccess, false, out Handle opened).IsSuccess)
            {
                handle = opened;
            }
            return handle;
        }
    }
}
