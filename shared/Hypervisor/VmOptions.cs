namespace PortableVirt.Hypervisor;

/// <summary>Limits of a virtual machine.</summary>
public sealed record VmOptions
{
    /// <summary>The most guest RAM in bytes, rounded up to 2 MiB. The address width of the machine may lower it. 64 GiB by default: only touched pages cost.</summary>
    public ulong MaxRamBytes { get; init; } = 64UL << 30;

    /// <summary>The most guest-physical address space for mapped files, in bytes. The address width of the machine may lower it.</summary>
    public ulong MaxFileBytes { get; init; } = 256UL << 30;

    /// <summary>The most page-table and kernel pages, in bytes.</summary>
    public ulong MaxTableBytes { get; init; } = 1UL << 30;

    /// <summary>The process will end with the machine still there, for the kernel to end it afterwards (<see cref="Vm.EndsAfterProcess"/>).</summary>
    public bool EndsAfterProcess { get; init; }
}
