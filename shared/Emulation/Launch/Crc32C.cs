using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace PortableVirt.Emulation.Launch;

/// <summary>CRC-32C (Castagnoli), which the processor computes at several bytes a cycle: finds damage while an image is read, not malice.</summary>
internal static class Crc32C
{
    private const uint Polynomial = 0x82f63b78;

    /// <summary>The checksum of bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        if (Sse42.X64.IsSupported)
        {
            ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
            ulong wide = crc;
            foreach (ulong word in words)
            {
                wide = Sse42.X64.Crc32(wide, word);
            }
            crc = (uint)wide;
            bytes = bytes[(words.Length * sizeof(ulong))..];
        }
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) != 0 ? Polynomial : 0);
            }
        }
        return ~crc;
    }

    /// <summary>
    /// The checksums of three pages at a time, each of 4096 bytes: the instruction takes three cycles, and three of them run side by side.
    /// </summary>
    /// <param name="pages">The pages.</param>
    /// <param name="expected">Their checksums.</param>
    /// <returns>The number of the first page whose checksum is another, or -1.</returns>
    public static int FirstDifferent(ReadOnlySpan<byte> pages, ReadOnlySpan<uint> expected)
    {
        const int size = 4096;
        int page = 0;
        if (Sse42.X64.IsSupported)
        {
            for (; page + 3 <= expected.Length; page += 3)
            {
                ReadOnlySpan<ulong> first = MemoryMarshal.Cast<byte, ulong>(pages.Slice(page * size, size));
                ReadOnlySpan<ulong> second = MemoryMarshal.Cast<byte, ulong>(pages.Slice((page + 1) * size, size));
                ReadOnlySpan<ulong> third = MemoryMarshal.Cast<byte, ulong>(pages.Slice((page + 2) * size, size));
                (ulong a, ulong b, ulong c) = (uint.MaxValue, uint.MaxValue, uint.MaxValue);
                for (int i = 0; i < first.Length; i++)
                {
                    a = Sse42.X64.Crc32(a, first[i]);
                    b = Sse42.X64.Crc32(b, second[i]);
                    c = Sse42.X64.Crc32(c, third[i]);
                }
                if (~(uint)a != expected[page] || ~(uint)b != expected[page + 1] || ~(uint)c != expected[page + 2])
                {
                    break;
                }
            }
        }
        for (; page < expected.Length; page++)
        {
            if (Of(pages.Slice(page * size, size)) != expected[page])
            {
                return page;
            }
        }
        return -1;
    }
}
