using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.SystemInfo;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Gates;

/// <summary>bcryptprimitives.dll: Windows' source of random numbers, which Rust and Go programs import and libwine 8.0 lacks.</summary>
internal static class BcryptPrimitives
{
    private const int ChunkSize = 0x1000;

    /// <summary>
    /// BOOL ProcessPrng(PBYTE pbData, SIZE_T cbData): fills the buffer from the host's cryptographic generator and returns TRUE. On Windows it never
    /// fails; here FALSE when the buffer is not writable, where Windows raises an access violation.
    /// </summary>
    [GateExport("bcryptprimitives.dll", "ProcessPrng")]
    internal static uint ProcessPrng(NtThread thread, GuestPointer buffer, ulong length)
    {
        Span<byte> chunk = stackalloc byte[ChunkSize];
        while (length != 0)
        {
            Span<byte> part = chunk[..(int)Math.Min(length, ChunkSize)];
            HostRandom.Fill(part);
            if (!thread.Memory.TryWrite(buffer, part))
            {
                return 0;
            }
            buffer += part.Length;
            length -= (uint)part.Length;
        }
        return 1;
    }
}
