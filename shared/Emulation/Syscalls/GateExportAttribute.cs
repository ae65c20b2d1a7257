namespace PortableVirt.Emulation.Syscalls;

/// <summary>
/// Declares a static method as an export of a DLL that we make ourselves because no system library source has it. The export is
/// a gate: a few instructions that enter the host through a system call of table 2. Parameters and result as for
/// <see cref="NtSyscallAttribute"/>.
/// </summary>
/// <param name="module">File name of the DLL, for example "bcryptprimitives.dll".</param>
/// <param name="name">Exported name.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class GateExportAttribute(string module, string name) : Attribute
{
    /// <summary>File name of the DLL.</summary>
    public string Module { get; } = module;

    /// <summary>Exported name.</summary>
    public string Name { get; } = name;
}
