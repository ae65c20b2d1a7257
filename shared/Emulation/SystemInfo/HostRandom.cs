using System.Runtime.InteropServices;

namespace PortableVirt.Emulation.SystemInfo;

/// <summary>
/// Random bytes of the host's kernel (getrandom(2)). .NET's RandomNumberGenerator gives the same quality, but loads OpenSSL for it, which a
/// small program would wait 4 ms for (measured).
/// </summary>
internal static partial class HostRandom
{
    /// <summary>Fills a buffer. Throws <see cref="IOException"/> when the kernel has no random bytes, which Linux 5.6 and later never does.</summary>
    public static void Fill(Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            nint count = GetRandom(ref MemoryMarshal.GetReference(buffer), buffer.Length, 0);
            if (count > 0)
            {
                buffer = buffer[(int)count..];
            }
            else if (Marshal.GetLastPInvokeError() != Io.Host.Errno.EINTR)
            {
                throw new IOException($"getrandom failed (errno {Marshal.GetLastPInvokeError()}).");
            }
        }
    }

    /// <summary>A new array of random bytes.</summary>
    public static byte[] GetBytes(int count)
    {
        byte[] bytes = new byte[count];
        Fill(bytes);
        return bytes;
    }

    [LibraryImport("libc", EntryPoint = "getrandom", SetLastError = true)]
    private static partial nint GetRandom(ref byte buffer, nint length, uint flags);
}
