using System.Buffers.Binary;

namespace PortableVirt.Emulation.Loader;

/// <summary>
/// The beginning that getsockopt and setsockopt of libwine 8's ws2_32 get: of the options of TCP they know TCP_NODELAY alone and answer WSAENOPROTOOPT
/// for all others, without asking anybody; those calls go to a gate.
/// </summary>
internal static class SocketOptionFilter
{
    private const int NumberOffset = 15;

    /// <summary>True for the two functions.</summary>
    public static bool Applies(string module, string name) => module == "ws2_32.dll" && name is "getsockopt" or "setsockopt";

    /// <summary>The code.</summary>
    /// <param name="number">System-call number of the gate, which returns a WSA error.</param>
    public static byte[] Code(uint number)
    {
        byte[] code =
        [
            0x83, 0xfa, 0x06, // cmp edx, IPPROTO_TCP
            0x75, 0x20, // jne end
            0x41, 0x83, 0xf8, 0x01, // cmp r8d, TCP_NODELAY
            0x74, 0x1a, // je end
            0x4c, 0x8b, 0xd1, // mov r10, rcx
            0xb8, 0, 0, 0, 0, // mov eax, number
            0x0f, 0x05, // syscall
            0x85, 0xc0, // test eax, eax
            0x74, 0x0b, // je return
            0x65, 0x89, 0x04, 0x25, 0x68, 0, 0, 0, // mov gs:[TEB.LastErrorValue], eax
            0x83, 0xc8, 0xff, // or eax, SOCKET_ERROR
            0xc3, // return: ret
        ];
        BinaryPrimitives.WriteUInt32LittleEndian(code.AsSpan(NumberOffset), number);
        return code;
    }
}
