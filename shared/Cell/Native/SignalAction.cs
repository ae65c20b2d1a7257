using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace PortableVirt.Cell.Native;

/// <summary>glibc's struct sigaction, 152 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SignalAction
{
    /// <summary>SA_SIGINFO | SA_ONSTACK | SA_RESTART.</summary>
    public const int WithInformation = 0x4 | 0x0800_0000 | 0x1000_0000;

    public nint Handler;
    public SignalMask Mask;
    public int Flags;
    public nint Restorer;

    /// <summary>glibc's sigset_t.</summary>
    [InlineArray(16)]
    internal struct SignalMask
    {
        private ulong _word;
    }
}
