namespace PortableVirt.Analysis.Needs;

/// <summary>The encodings of gates: syscall 0F 05, sysenter 0F 34, int 2Eh CD 2E (Intel SDM volume 2).</summary>
public static class GateBytes
{
    /// <summary>Bytes of a gate.</summary>
    public const int Length = 2;

    /// <summary>The gate that two bytes are, or null.</summary>
    public static CodeGateKind? Recognize(byte first, byte second) => (first, second) switch
    {
        (0x0f, 0x05) => CodeGateKind.Syscall,
        (0xcd, 0x2e) => CodeGateKind.Int2E,
        (0x0f, 0x34) => CodeGateKind.Sysenter,
        _ => null,
    };

    /// <summary>Finds the first gate from <paramref name="at"/> on, which becomes its index; false when there is none.</summary>
    public static bool TryFind(ReadOnlySpan<byte> code, ref int at, out CodeGateKind kind)
    {
        while (at + Length <= code.Length)
        {
            int next = code[at..^1].IndexOfAny((byte)0x0f, (byte)0xcd);
            if (next < 0)
            {
                break;
            }
            at += next;
            if (Recognize(code[at], code[at + 1]) is { } found)
            {
                kind = found;
                return true;
            }
            at++;
        }
        kind = default;
        return false;
    }
}
