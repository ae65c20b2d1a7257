using PortableVirt.Emulation.Memory;

namespace PortableVirt.Emulation.Loader;

/// <summary>The ntdll.dll of the VM. Thread-safe.</summary>
/// <param name="exports">What of it the kernel side uses.</param>
/// <param name="create">Makes its image section; called when the first process maps it, which one that comes from a launch image does not.</param>
public sealed class NtdllImage(NtdllExports exports, Func<(NtStatus Status, ImageSection? Section)> create)
{
    private readonly Lock _lock = new();
    private ImageSection? _section;

    /// <summary>What of it the kernel side uses.</summary>
    public NtdllExports Exports { get; } = exports;

    /// <summary>Its image section, mapped into every process.</summary>
    public NtStatus TryGetSection(out ImageSection? section)
    {
        lock (_lock)
        {
            NtStatus status = NtStatus.Success;
            if (_section is null)
            {
                (status, _section) = create();
            }
            section = _section;
            return status;
        }
    }
}
