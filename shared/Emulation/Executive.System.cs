using PortableVirt.Emulation.Loader;

namespace PortableVirt.Emulation;

public sealed partial class Executive
{
    private NtdllImage? _ntdll;

    /// <summary>ntdll.dll; set by <see cref="SystemLibrary.LoadInto"/>.</summary>
    public NtdllImage Ntdll
    {
        get => _ntdll ?? throw new InvalidOperationException("The system library has not been loaded.");
        internal set => _ntdll = value;
    }

    /// <summary>What DLLs of the system library get in addition, or null before it is loaded.</summary>
    internal ModuleExtender? ModuleExtender { get; set; }

    /// <summary>The api set schema, or null when the system library has none.</summary>
    public ApiSetFile? ApiSets { get; internal set; }
}
