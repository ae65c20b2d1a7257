using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Hypervisor.Native;

namespace PortableVirt.Hypervisor;

/// <summary>Registers host memory with KVM as slots. Slots are never removed. Thread-safe.</summary>
internal sealed class MemorySlots(SafeFileHandle vm, int maximum)
{
    private int _next;

    /// <summary>Registers a slot; all three in bytes, multiples of 4096. False when KVM or the limit of slots refuses.</summary>
    public bool TryAdd(ulong gpa, nint hostAddress, ulong length)
    {
        int slot = Interlocked.Increment(ref _next) - 1;
        if (slot >= maximum)
        {
            return false;
        }

        KvmUserspaceMemoryRegion region = new()
        {
            Slot = (uint)slot,
            GuestPhysicalAddress = gpa,
            MemorySize = length,
            UserspaceAddress = (ulong)hostAddress,
        };
        int result;
        do
        {
            result = NativeKvm.Ioctl(vm, NativeKvm.SetUserMemoryRegion, ref region);
        }
        while (result < 0 && Marshal.GetLastPInvokeError() == Errno.Interrupted);
        return result == 0;
    }
}
