using System.Buffers.Binary;

namespace PortableVirt.Emulation.Loader;

/// <summary>
/// The beginning that CreateFileW gets: libwine 8.0 drops FILE_FLAG_OPEN_REPARSE_POINT, so that a program which means a link (to remove it, say) gets
/// what the link leads to. Calls with the flag go to a gate first, which notes it for the NtCreateFile that follows.
/// </summary>
internal static class ReparsePointFilter
{
    private const int NumberOffset = 34;

    /// <summary>True for the function.</summary>
    public static bool Applies(string module, string name) => module == "kernelbase.dll" && name == "CreateFileW";

    /// <summary>The code; the arguments in registers are kept in the caller's home space meanwhile.</summary>
    /// <param name="number">System-call number of the gate.</param>
    public static byte[] Code(uint number)
    {
        byte[] code =
        [
            0xf7, 0x44, 0x24, 0x30, 0x00, 0x00, 0x20, 0x00, // test dword ptr [rsp+0x30], FILE_FLAG_OPEN_REPARSE_POINT
            0x74, 0x32, // je end
            0x48, 0x89, 0x4c, 0x24, 0x08, // mov [rsp+0x08], rcx
            0x48, 0x89, 0x54, 0x24, 0x10, // mov [rsp+0x10], rdx
            0x4c, 0x89, 0x44, 0x24, 0x18, // mov [rsp+0x18], r8
            0x4c, 0x89, 0x4c, 0x24, 0x20, // mov [rsp+0x20], r9
            0x49, 0x89, 0xca, // mov r10, rcx
            0xb8, 0, 0, 0, 0, // mov eax, number
            0x0f, 0x05, // syscall
            0x48, 0x8b, 0x4c, 0x24, 0x08, // mov rcx, [rsp+0x08]
            0x48, 0x8b, 0x54, 0x24, 0x10, // mov rdx, [rsp+0x10]
            0x4c, 0x8b, 0x44, 0x24, 0x18, // mov r8, [rsp+0x18]
            0x4c, 0x8b, 0x4c, 0x24, 0x20, // mov r9, [rsp+0x20]
        ];
        BinaryPrimitives.WriteUInt32LittleEndian(code.AsSpan(NumberOffset), number);
        return code;
    }
}
