using System.Runtime.InteropServices;
using PortableVirt.Hypervisor.Native;

namespace PortableVirt.Hypervisor;

/// <summary>KVM_GET_SUPPORTED_CPUID's table: a count, then 40 bytes an entry (function, index, flags, eax, ebx, ecx, edx, padding).</summary>
internal sealed class CpuidTable
{
    private const int MaxEntries = 256;
    private const int HeaderSize = 8;
    private const int EntrySize = 40;

    private CpuidTable(byte[] bytes) => Bytes = bytes;

    /// <summary>struct kvm_cpuid2, ready for KVM_SET_CPUID2.</summary>
    public byte[] Bytes { get; }

    /// <summary>Guest-physical address width (function 0x80000008, EAX bits 0 to 7); 36 where it is not told.</summary>
    public int PhysicalAddressBits => (int)(Find(0x8000_0008, 0) is { IsEmpty: false } e ? Register(e, 0) & 0xFF : 36);

    /// <summary>XCR0 bits (function 0xD, EDX:EAX); x87 and SSE where it is not told.</summary>
    public ulong SupportedXcr0 => Find(0xD, 0) is { IsEmpty: false } e ? Register(e, 0) | ((ulong)Register(e, 3) << 32) : 3;

    /// <summary>True when XSAVE may be enabled (function 1, ECX bit 26).</summary>
    public bool HasXsave => Find(1, 0) is { IsEmpty: false } e && (Register(e, 2) & (1u << 26)) != 0;

    /// <summary>Asks KVM. Throws <see cref="KvmException"/>.</summary>
    public static CpuidTable Read(KvmDevice device)
    {
        byte[] bytes = new byte[HeaderSize + (MaxEntries * EntrySize)];
        MemoryMarshal.Write(bytes, MaxEntries);
        if (NativeKvm.Ioctl(device.Handle, NativeKvm.GetSupportedCpuid, ref bytes[0]) < 0)
        {
            int errno = Marshal.GetLastPInvokeError();
            throw new KvmException(KvmError.CallFailed, $"KVM_GET_SUPPORTED_CPUID failed: {Errno.Text(errno)}.", errno);
        }

        return new CpuidTable(bytes[..(HeaderSize + (MemoryMarshal.Read<int>(bytes) * EntrySize))]);
    }

    private static uint Register(ReadOnlySpan<byte> entry, int register) => MemoryMarshal.Read<uint>(entry[(12 + (register * 4))..]);

    private ReadOnlySpan<byte> Find(uint function, uint index)
    {
        for (int at = HeaderSize; at < Bytes.Length; at += EntrySize)
        {
            ReadOnlySpan<byte> entry = Bytes.AsSpan(at, EntrySize);
            if (MemoryMarshal.Read<uint>(entry) == function && MemoryMarshal.Read<uint>(entry[4..]) == index)
            {
                return entry;
            }
        }

        return [];
    }
}
