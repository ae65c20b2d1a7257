namespace PortableVirt.Emulation.Syscalls;

/// <summary>
/// Declares a static method as the implementation of a system call. The first parameter is the calling
/// <see cref="Threads.NtThread"/>; the others are the call's arguments in order, of these types: Handle, GuestPointer, ulong, long,
/// uint, int, ushort, byte, bool (NT BOOLEAN, a byte) or an enum. The result is NtStatus, ulong, long or uint. The generator
/// (Emulation.Generator) writes the argument marshalling and the table entry.
/// </summary>
/// <param name="name">Exported name in ntdll.dll or win32u.dll.</param>
/// <param name="support">Support level.</param>
/// <param name="missing">What is missing, for people; empty when nothing is.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NtSyscallAttribute(string name, Support support, string missing = "") : Attribute
{
    /// <summary>Exported name.</summary>
    public string Name { get; } = name;

    /// <summary>Support level.</summary>
    public Support Support { get; } = support;

    /// <summary>What is missing.</summary>
    public string Missing { get; } = missing;
}
