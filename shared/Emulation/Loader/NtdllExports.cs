using PortableVirt.Analysis.Pe;

namespace PortableVirt.Emulation.Loader;

/// <summary>Addresses inside ntdll.dll that the kernel side calls or fills in, relative to its base.</summary>
public sealed record NtdllExports
{
    /// <summary>Start of every thread.</summary>
    public required uint LdrInitializeThunk { get; init; }

    /// <summary>First function of a thread after initialisation.</summary>
    public required uint RtlUserThreadStart { get; init; }

    /// <summary>Receives exceptions.</summary>
    public required uint KiUserExceptionDispatcher { get; init; }

    /// <summary>Receives APCs.</summary>
    public required uint KiUserApcDispatcher { get; init; }

    /// <summary>Receives win32u callbacks.</summary>
    public required uint KiUserCallbackDispatcher { get; init; }

    /// <summary>libwine: variable with the address of the system-call gate; 0 in a Windows ntdll.</summary>
    public uint WineSyscallDispatcher { get; init; }

    /// <summary>libwine: variable with the address of the unix-call gate; 0 in a Windows ntdll.</summary>
    public uint WineUnixCallDispatcher { get; init; }

    /// <summary>Bytes of the image.</summary>
    public uint ImageSize { get; init; }

    /// <summary>Allocates from a heap, for code of ours that returns memory to programs.</summary>
    public uint RtlAllocateHeap { get; init; }

    /// <summary>Reads them; null with the missing name when the file is no usable ntdll.</summary>
    public static NtdllExports? Read(PeImage image, out string missing)
    {
        string lacking = "";
        uint Find(string name, bool required)
        {
            if (image.Exports.TryFind(name, out PeExport export))
            {
                return export.Rva;
            }
            if (required)
            {
                lacking = name;
            }
            return 0;
        }
        NtdllExports exports = new()
        {
            LdrInitializeThunk = Find("LdrInitializeThunk", true),
            RtlUserThreadStart = Find("RtlUserThreadStart", true),
            KiUserExceptionDispatcher = Find("KiUserExceptionDispatcher", true),
            KiUserApcDispatcher = Find("KiUserApcDispatcher", true),
            KiUserCallbackDispatcher = Find("KiUserCallbackDispatcher", true),
            ImageSize = (uint)image.Layout.SizeOfImage,
            RtlAllocateHeap = Find("RtlAllocateHeap", false),
            WineSyscallDispatcher = Find("__wine_syscall_dispatcher", false),
            WineUnixCallDispatcher = Find("__wine_unix_call_dispatcher", false),
        };
        missing = lacking;
        return lacking.Length == 0 ? exports : null;
    }
}
