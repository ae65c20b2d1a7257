namespace PortableVirt.Emulation.Loader;

/// <summary>
/// The beginnings that FindFirstFileW, FindFirstFileExW and FindNextFileW get: libwine 8.0 leaves WIN32_FIND_DATA.dwReserved0 empty, where a link has its
/// reparse tag; without it Rust and Python take a link to a folder for the folder. The function runs below a return address of ours, which then sets
/// the tag. All links here are symbolic links (<see cref="Io.Disk.ReparsePoints"/>).
/// </summary>
internal static class FindDataFilter
{
    /// <summary>For two arguments, the second of which is the data.</summary>
    public static byte[] SecondArgument { get; } =
    [
        0x48, 0x83, 0xec, 0x38,                               // sub rsp, 0x38
        0x48, 0x89, 0x54, 0x24, 0x28,                         // mov [rsp+0x28], rdx
        0x48, 0x8d, 0x05, 0x03, 0x00, 0x00, 0x00,             // lea rax, [rip+3]
        0x50,                                                 // push rax
        0xeb, 0x23,                                           // jmp the function
        0x48, 0x8b, 0x54, 0x24, 0x28,                         // mov rdx, [rsp+0x28]
        0x48, 0x83, 0xc4, 0x38,                               // add rsp, 0x38
        .. SetTag,
    ];

    /// <summary>For six arguments, the third of which is the data.</summary>
    public static byte[] ThirdArgument { get; } =
    [
        0x48, 0x83, 0xec, 0x48,                               // sub rsp, 0x48
        0x48, 0x8b, 0x44, 0x24, 0x70,                         // mov rax, [rsp+0x70]: the fifth argument
        0x48, 0x89, 0x44, 0x24, 0x20,                         // mov [rsp+0x20], rax
        0x48, 0x8b, 0x44, 0x24, 0x78,                         // mov rax, [rsp+0x78]: the sixth
        0x48, 0x89, 0x44, 0x24, 0x28,                         // mov [rsp+0x28], rax
        0x4c, 0x89, 0x44, 0x24, 0x38,                         // mov [rsp+0x38], r8
        0x48, 0x8d, 0x05, 0x03, 0x00, 0x00, 0x00,             // lea rax, [rip+3]
        0x50,                                                 // push rax
        0xeb, 0x23,                                           // jmp the function
        0x48, 0x8b, 0x54, 0x24, 0x38,                         // mov rdx, [rsp+0x38]
        0x48, 0x83, 0xc4, 0x48,                               // add rsp, 0x48
        .. SetTag,
    ];

    /// <summary>Returns; before, where RAX is neither FALSE nor INVALID_HANDLE_VALUE, the data at RDX gets IO_REPARSE_TAG_SYMLINK if it is a reparse point's.</summary>
    private static ReadOnlySpan<byte> SetTag =>
    [
        0x48, 0x8d, 0x48, 0x01,                               // lea rcx, [rax+1]
        0x48, 0x83, 0xf9, 0x01,                               // cmp rcx, 1
        0x76, 0x0f,                                           // jbe return
        0xf7, 0x02, 0x00, 0x04, 0x00, 0x00,                   // test dword ptr [rdx], FILE_ATTRIBUTE_REPARSE_POINT
        0x74, 0x07,                                           // je return
        0xc7, 0x42, 0x24, 0x0c, 0x00, 0x00, 0xa0,             // mov dword ptr [rdx+0x24], IO_REPARSE_TAG_SYMLINK
        0xc3,                                                 // return: ret
    ];
}
