using System.Runtime.CompilerServices;

namespace PortableVirt.Hypervisor.Native;

/// <summary>The one place where host addresses of guest and KVM memory become references. The caller has checked the range.</summary>
internal static unsafe class HostPointer
{
    /// <summary>The value at a host address.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref T At<T>(nint address)
        where T : unmanaged => ref *(T*)address;

    /// <summary>Bytes at a host address.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Span<byte> Bytes(nint address, int length) => new((void*)address, length);

    /// <summary>A table of 8-byte entries at a host address.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Span<ulong> Words(nint address, int count) => new((void*)address, count);

    /// <summary>Copies from host memory that may vanish, through the kernel. False when any byte could not be read.</summary>
    public static bool SafeRead(nint source, Span<byte> destination)
    {
        fixed (byte* local = destination)
        {
            IoVector to = new() { Base = (nint)local, Length = (nuint)destination.Length };
            IoVector from = new() { Base = source, Length = (nuint)destination.Length };
            return NativeMmap.ProcessRead(Environment.ProcessId, ref to, 1, ref from, 1, 0) == destination.Length;
        }
    }

    /// <summary>Copies to host memory that may vanish or be read-only, through the kernel. False when any byte could not be written.</summary>
    public static bool SafeWrite(nint destination, ReadOnlySpan<byte> source)
    {
        fixed (byte* local = source)
        {
            IoVector from = new() { Base = (nint)local, Length = (nuint)source.Length };
            IoVector to = new() { Base = destination, Length = (nuint)source.Length };
            return NativeMmap.ProcessWrite(Environment.ProcessId, ref from, 1, ref to, 1, 0) == source.Length;
        }
    }
}
