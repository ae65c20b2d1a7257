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

    /// <summary>
    /// Lower-case file name, exported name, code before the function's own. A class that Windows has in a process of its own (CLSCTX_LOCAL_SERVER, bit 2)
    /// may be in a DLL here (CLSCTX_INPROC_SERVER, bit 0): the classes of our shell are.
    /// </summary>
    public static readonly IReadOnlyList<(string Module, string Name, byte[] Beginning)> Filters =
    [
        // test r8b, 4; je over; or r8d, 1
        ("combase.dll", "CoCreateInstance", [0x41, 0xf6, 0xc0, 4, 0x74, 4, 0x41, 0x83, 0xc8, 1]),
        ("combase.dll", "CoCreateInstanceEx", [0x41, 0xf6, 0xc0, 4, 0x74, 4, 0x41, 0x83, 0xc8, 1]),

        // test dl, 4; je over; or edx, 1
        ("combase.dll", "CoGetClassObject", [0xf6, 0xc2, 4, 0x74, 3, 0x83, 0xca, 1]),

        ("crypt32.dll", "CertCreateCertificateChainEngine", ChainEngineFilter.Code),

        ("kernelbase.dll", "FindFirstFileW", FindDataFilter.SecondArgument),
        ("kernelbase.dll", "FindNextFileW", FindDataFilter.SecondArgument),
        ("kernelbase.dll", "FindFirstFileExW", FindDataFilter.ThirdArgument),
    ];

    /// <summary>File and exported name of functions that the DLL has, but not in earnest: the gate of that name answers all of their calls.</summary>
    public static readonly IReadOnlySet<(string Module, string Name)> Replaced = new HashSet<(string, string)>
    {
        // They hand out a handle and derive nothing.
        ("bcrypt.dll", "BCryptSecretAgreement"),
        ("bcrypt.dll", "BCryptDeriveKey"),
        ("bcrypt.dll", "BCryptDestroySecret"),
    };

    /// <summary>True for the lower-case names of the DLLs that get something of these.</summary>
    public static bool Extends(string module)
    {
        foreach ((string name, _, _) in All)
        {
            if (name == module)
            {
                return true;
            }
        }
        foreach ((string name, _, _, _) in Thunks)
        {
            if (name == module)
            {
                return true;
            }
        }
        foreach ((string name, _, _) in Filters)
        {
            if (name == module)
            {
                return true;
            }
        }
        return false;
    }
}
