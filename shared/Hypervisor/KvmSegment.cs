using System.Runtime.InteropServices;

namespace PortableVirt.Hypervisor;

/// <summary>struct kvm_segment of linux/kvm.h: a segment register with its hidden part.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct KvmSegment
{
    /// <summary>Base address.</summary>
    public ulong Base;

    /// <summary>Limit in bytes.</summary>
    public uint Limit;

    /// <summary>Selector.</summary>
    public ushort Selector;

    /// <summary>Descriptor type, 4 bits.</summary>
    public byte Type;

    /// <summary>1 when present.</summary>
    public byte Present;

    /// <summary>Descriptor privilege level; of SS: the current privilege level.</summary>
    public byte Dpl;

    /// <summary>1 for a 32-bit segment.</summary>
    public byte Db;

    /// <summary>1 for code and data, 0 for system segments.</summary>
    public byte S;

    /// <summary>1 for 64-bit code.</summary>
    public byte L;

    /// <summary>1 when the limit counts pages.</summary>
    public byte G;

    /// <summary>Free for software.</summary>
    public byte Avl;

    /// <summary>1 when the register holds no segment.</summary>
    public byte Unusable;

    /// <summary>Not used.</summary>
    public byte Padding;

    /// <summary>The user code segment 0x33 (64-bit) or 0x23 (compatibility mode).</summary>
    public static KvmSegment UserCode(ushort selector)
    {
        bool wide = selector != 0x23;
        return new()
        {
            Limit = uint.MaxValue,
            Selector = selector,
            Type = 11,
            Present = 1,
            Dpl = 3,
            S = 1,
            G = 1,
            L = wide ? (byte)1 : (byte)0,
            Db = wide ? (byte)0 : (byte)1,
        };
    }

    /// <summary>A user data segment.</summary>
    public static KvmSegment UserData(ushort selector, ulong segmentBase = 0) => new()
    {
        Base = segmentBase,
        Limit = uint.MaxValue,
        Selector = selector,
        Type = 3,
        Present = 1,
        Dpl = 3,
        S = 1,
        G = 1,
        Db = 1,
    };
}
