using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Ui;

/// <summary>How win32u calls fail: the result is 0 and the thread's last error says why (winerror.h).</summary>
internal static class UiResult
{
    public const uint AccessDenied = 5;
    public const uint InvalidHandle = 6;
    public const uint InvalidParameter = 87;
    public const uint NotImplemented = 120;
    public const uint InsufficientBuffer = 122;
    public const uint NoAccess = 998;
    public const uint ClipboardNotOpen = 1418;

    private const int LastErrorOffset = 0x68;

    /// <summary>Sets TEB.LastErrorValue and gives 0.</summary>
    public static ulong Fail(NtThread t, uint error)
    {
        t.Memory.TryWrite(new GuestPointer(t.Teb) + LastErrorOffset, error);
        return 0;
    }
}
