using System.Runtime.CompilerServices;

namespace PortableVirt.Hypervisor.Native;

/// <summary>glibc's sigset_t: 1024 bits; bit n - 1 of the first word stands for signal n.</summary>
[InlineArray(16)]
internal struct SignalSet
{
    private ulong _element0;
}
