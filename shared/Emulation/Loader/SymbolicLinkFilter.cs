using System.Buffers.Binary;

namespace PortableVirt.Emulation.Loader;

/// <summary>The beginning that CreateSymbolicLinkW gets: every call goes to a gate; libwine 8.0's own function only says that it made the link.</summary>
internal static class SymbolicLinkFilter
{
    private const int NumberOffset = 4;

    /// <summary>True for the function.</summary>
    public static bool Applies(string module, string name) => module == "kernelbase.dll" && name == "CreateSymbolicLinkW";

    /// <summary>The code.</summary>
    /// <param name="number">System-call number of the gate, which returns a Win32 error.</param>
    public static byte[] Code(uint number)
    {
        byte[] code =
        [
            0x4c, 0x8b, 0xd1, // mov r10, rcx
            0xb8, 0, 0, 0, 0, // mov eax, number
            0x0f, 0x05, // syscall
            0x85, 0xc0, // test eax, eax
            0x74, 0x0b, // je made
            0x65, 0x89, 0x04, 0x25, 0x68, 0, 0, 0, // mov gs:[TEB.LastErrorValue], eax
            0x31, 0xc0, // xor eax, eax
            0xc3, // ret
            0xb8, 1, 0, 0, 0, // made: mov eax, TRUE
            0xc3, // ret
        ];
        BinaryPrimitives.WriteUInt32LittleEndian(code.AsSpan(NumberOffset), number);
        return code;
    }
}
