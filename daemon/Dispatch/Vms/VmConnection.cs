namespace PortableVirt.Dispatch.Vms;

/// <summary>What marks a connection as the manager channel of a VM's run.</summary>
/// <param name="Vm">The VM.</param>
/// <param name="Run">The run.</param>
internal sealed record VmConnection(VmInstance Vm, VmRun Run);
