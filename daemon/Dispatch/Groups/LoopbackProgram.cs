namespace PortableVirt.Dispatch.Groups;

/// <summary>
/// The programs behind <see cref="LoopbackFilter"/>, for the kernel's packet filter (linux/bpf.h; instruction set: Linux' Documentation/bpf/standardization).
/// A packet passes that is on the loopback interface and whose other end is 127.0.0.0/8 or ::1.
/// </summary>
internal static class LoopbackProgram
{
    private const int Pass = 1;
    private const int Drop = 0;

    /// <summary>LOOPBACK_IFINDEX: the same in each network namespace.</summary>
    private const int LoopbackInterface = 1;

    /// <summary>struct __sk_buff.</summary>
    private const short ProtocolOffset = 16;
    private const short InterfaceOffset = 40;

    /// <summary>ETH_P_IP and ETH_P_IPV6 in the packet's order of bytes.</summary>
    private const int Ip4 = 0x0008;
    private const int Ip6 = 0xDD86;

    /// <summary>BPF_FUNC_skb_load_bytes.</summary>
    private const int LoadBytes = 26;

    /// <summary>Where the buffer for an address is, from the frame pointer.</summary>
    private const short Buffer = -16;

    private const int Context = 6;
    private const int Frame = 10;

    /// <summary>The instructions.</summary>
    /// <param name="outgoing">True: for packets that the group sends, whose other end is their destination.</param>
    public static ulong[] Make(bool outgoing)
    {
        (int Offset, int Size) ip4 = (outgoing ? 16 : 12, 1);
        (int Offset, int Size) ip6 = (outgoing ? 24 : 8, 16);
        List<ulong> code = [];
        List<int> drops = [];
        void DropUnlessEqual(int register, int value)
        {
            drops.Add(code.Count);
            code.Add(One(0x55, register, 0, 0, value));
        }

        code.Add(One(0xBF, Context, 1, 0, 0));
        code.Add(One(0x61, 0, Context, InterfaceOffset, 0));
        DropUnlessEqual(0, LoopbackInterface);
        code.Add(One(0x61, 7, Context, ProtocolOffset, 0));
        int toIp4 = code.Count;
        code.Add(0);
        DropUnlessEqual(7, Ip6);
        Load(code, ip6);
        DropUnlessEqual(0, 0);
        code.Add(One(0x79, 1, Frame, Buffer, 0));
        DropUnlessEqual(1, 0);
        code.Add(One(0x79, 1, Frame, Buffer + sizeof(ulong), 0));
        code.Add(One(0x77, 1, 0, 0, 32));
        DropUnlessEqual(1, 0x0100_0000);
        code.Add(One(0x61, 1, Frame, Buffer + sizeof(ulong), 0));
        DropUnlessEqual(1, 0);
        code.Add(One(0xB7, 0, 0, 0, Pass));
        code.Add(One(0x95, 0, 0, 0, 0));

        code[toIp4] = One(0x15, 7, 0, (short)(code.Count - toIp4 - 1), Ip4);
        Load(code, ip4);
        DropUnlessEqual(0, 0);
        code.Add(One(0x71, 1, Frame, Buffer, 0));
        DropUnlessEqual(1, 127);
        code.Add(One(0xB7, 0, 0, 0, Pass));
        code.Add(One(0x95, 0, 0, 0, 0));

        foreach (int drop in drops)
        {
            code[drop] |= (ulong)(ushort)(code.Count - drop - 1) << 16;
        }

        code.Add(One(0xB7, 0, 0, 0, Drop));
        code.Add(One(0x95, 0, 0, 0, 0));
        return [.. code];
    }

    /// <summary>Copies a part of the packet into the buffer; register 0 is then 0, or an error where the packet is too short.</summary>
    private static void Load(List<ulong> code, (int Offset, int Size) part)
    {
        code.Add(One(0xBF, 1, Context, 0, 0));
        code.Add(One(0xB7, 2, 0, 0, part.Offset));
        code.Add(One(0xBF, 3, Frame, 0, 0));
        code.Add(One(0x07, 3, 0, 0, Buffer));
        code.Add(One(0xB7, 4, 0, 0, part.Size));
        code.Add(One(0x85, 0, 0, 0, LoadBytes));
    }

    /// <summary>struct bpf_insn: operation, destination and source register, offset, constant.</summary>
    private static ulong One(byte operation, int destination, int source, short offset, int constant) =>
        operation | (ulong)(destination | (source << 4)) << 8 | (ulong)(ushort)offset << 16 | (ulong)(uint)constant << 32;
}
