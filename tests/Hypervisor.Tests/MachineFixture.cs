using PortableVirt.Hypervisor.SelfCheck;

namespace PortableVirt.Hypervisor.Tests;

/// <summary>One virtual machine for all tests of a class.</summary>
public sealed class MachineFixture : IDisposable
{
    /// <summary>The machine.</summary>
    public Machine Machine { get; } = new();

    /// <inheritdoc/>
    public void Dispose() => Machine.Dispose();
}
