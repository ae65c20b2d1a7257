namespace PortableVirt.Emulation.Loader;

/// <summary>
/// Functions that do what another one does, for DLLs of the system library that lack them. The comment says where the two differ, if they do.
/// </summary>
internal static class ForwardedExports
{
    /// <summary>Lower-case file name, exported name, "module.function".</summary>
    public static readonly IReadOnlyList<(string Module, string Name, string Target)> All =
    [
        // Leaves the last error alone, which FlsGetValue sets to 0.
        ("kernel32.dll", "FlsGetValue2", "kernel32.FlsGetValue"),
        ("kernelbase.dll", "FlsGetValue2", "kernelbase.FlsGetValue"),

        // A folder of its own for processes of the system account, which no program here is.
        ("kernel32.dll", "GetTempPath2A", "kernel32.GetTempPathA"),
        ("kernel32.dll", "GetTempPath2W", "kernel32.GetTempPathW"),
        ("kernelbase.dll", "GetTempPath2A", "kernelbase.GetTempPathA"),
        ("kernelbase.dll", "GetTempPath2W", "kernelbase.GetTempPathW"),
    ];

    /// <summary>Lower-case file name, exported name, code that fits the arguments to the target, exported function of the same DLL.</summary>
    public static readonly IReadOnlyList<(string Module, string Name, byte[] Beginning, string Target)> Thunks =
    [
        // The target's fourth argument is where the section is returned: xor r9d, r9d.
        ("ntdll.dll", "RtlAddressInSectionTable", [0x45, 0x31, 0xc9], "RtlImageRvaToVa"),
    ];
}
