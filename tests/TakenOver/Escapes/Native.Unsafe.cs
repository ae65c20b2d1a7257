using System.Runtime.InteropServices;
using System.Text;

namespace PortableVirt.TakenOver.Escapes;

/// <summary>System calls by number, as an attacker makes them.</summary>
internal static unsafe partial class Native
{
    /// <summary>Makes a call; a negative errno value when it fails.</summary>
    public static long Call(long number, params ReadOnlySpan<long> arguments)
    {
        Span<long> six = stackalloc long[6];
        arguments.CopyTo(six);
        long result = SysCall(number, six[0], six[1], six[2], six[3], six[4], six[5]);
        return result == -1 ? -Marshal.GetLastPInvokeError() : result;
    }

    /// <summary>Makes a call with a pointer to bytes at one place among its arguments (the one that is long.MinValue).</summary>
    public static long CallWith(byte[] bytes, long number, params ReadOnlySpan<long> arguments)
    {
        fixed (byte* pointer = bytes)
        {
            long[] all = arguments.ToArray();
            for (int i = 0; i < all.Length; i++)
            {
                all[i] = all[i] == long.MinValue ? (long)pointer : all[i];
            }
            return Call(number, all);
        }
    }

    /// <summary>sendto(2) of one byte.</summary>
    public static long SendTo(long socket, byte[] address)
    {
        byte payload = 0;
        return CallWith(address, 44, socket, (long)&payload, 1, 0, long.MinValue, address.Length);
    }

    /// <summary>A call that takes a descriptor, a buffer for an address and its size, as getpeername(2).</summary>
    public static long CallWithSize(long number, long socket)
    {
        byte* buffer = stackalloc byte[128];
        int size = 128;
        return Call(number, socket, (long)buffer, (long)&size);
    }

    /// <summary>A text with a zero behind it.</summary>
    public static byte[] Text(string text) => [.. Encoding.UTF8.GetBytes(text), 0];

    /// <summary>open(2).</summary>
    public static long Open(string path, int flags) => CallWith(Text(path), 257, -100, long.MinValue, flags, 0x1FF);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long SysCall(long number, long a, long b, long c, long d, long e, long f);
}
