namespace PortableVirt.Emulation.Loader;

/// <summary>ntdll.dll as it is mapped in a process: absolute addresses.</summary>
/// <param name="Base">Where it is mapped.</param>
/// <param name="Exports">Addresses relative to the base.</param>
public readonly record struct MappedNtdll(ulong Base, NtdllExports Exports)
{
    /// <summary>Start of every thread.</summary>
    public ulong LdrInitializeThunk => Base + Exports.LdrInitializeThunk;

    /// <summary>First function of a thread after initialisation.</summary>
    public ulong RtlUserThreadStart => Base + Exports.RtlUserThreadStart;

    /// <summary>Receives exceptions.</summary>
    public ulong KiUserExceptionDispatcher => Base + Exports.KiUserExceptionDispatcher;

    /// <summary>Receives APCs.</summary>
    public ulong KiUserApcDispatcher => Base + Exports.KiUserApcDispatcher;

    /// <summary>Receives win32u callbacks.</summary>
    public ulong KiUserCallbackDispatcher => Base + Exports.KiUserCallbackDispatcher;

    /// <summary>True for an address in the image of a libwine ntdll.</summary>
    public bool IsLibwine(ulong address) => Exports.WineSyscallDispatcher != 0 && address - Base < Exports.ImageSize;

    /// <summary>Allocates from a heap; 0 when ntdll does not export it.</summary>
    public ulong RtlAllocateHeap => Exports.RtlAllocateHeap == 0 ? 0 : Base + Exports.RtlAllocateHeap;
}
