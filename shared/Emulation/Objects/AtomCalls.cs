using System.Runtime.InteropServices;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Objects;

/// <summary>The system calls on the global atom table, and locally unique ids.</summary>
internal static class AtomCalls
{
    private const uint AtomBasicInformation = 0;
    private const uint AtomTableInformation = 1;
    private const int BasicHeader = 6;

    [NtSyscall("NtAddAtom", Support.Full)]
    internal static NtStatus NtAddAtom(NtThread t, GuestPointer name, uint length, GuestPointer atom)
    {
        NtStatus status = ReadName(t, name, length, out string text, out ushort number);
        if (status.IsSuccess && number == 0 && !t.Executive.GlobalAtoms.TryAdd(text, out number))
        {
            status = NtStatus.NoMemory;
        }
        return status.IsSuccess && !atom.IsNull && !t.Memory.TryWrite(atom, number) ? NtStatus.AccessViolation : status;
    }

    [NtSyscall("NtFindAtom", Support.Full)]
    internal static NtStatus NtFindAtom(NtThread t, GuestPointer name, uint length, GuestPointer atom)
    {
        NtStatus status = ReadName(t, name, length, out string text, out ushort number);
        if (status.IsSuccess && number == 0 && !t.Executive.GlobalAtoms.TryFind(text, out number))
        {
            status = NtStatus.ObjectNameNotFound;
        }
        return status.IsSuccess && !atom.IsNull && !t.Memory.TryWrite(atom, number) ? NtStatus.AccessViolation : status;
    }

    [NtSyscall("NtDeleteAtom", Support.Full)]
    internal static NtStatus NtDeleteAtom(NtThread t, ushort atom) =>
        atom < AtomTable.FirstNamed
            ? atom == 0 ? NtStatus.InvalidHandle : NtStatus.Success
            : t.Executive.GlobalAtoms.Delete(atom) ? NtStatus.Success : NtStatus.InvalidHandle;

    [NtSyscall("NtQueryInformationAtom", Support.Full)]
    internal static NtStatus NtQueryInformationAtom(NtThread t, ushort atom, uint informationClass, GuestPointer buffer, uint length, GuestPointer returnLength) =>
        informationClass switch
        {
            AtomBasicInformation => QueryBasic(t, atom, buffer, length, returnLength),
            AtomTableInformation => QueryTable(t, buffer, length, returnLength),
            _ => NtStatus.InvalidInfoClass,
        };

    [NtSyscall("NtAllocateLocallyUniqueId", Support.Full)]
    internal static NtStatus NtAllocateLocallyUniqueId(NtThread t, GuestPointer luid) =>
        t.Memory.TryWrite(luid, t.Executive.AllocateLuid()) ? NtStatus.Success : NtStatus.AccessViolation;

    private static NtStatus QueryBasic(NtThread t, ushort atom, GuestPointer buffer, uint length, GuestPointer returnLength)
    {
        ushort uses = 1;
        string name = $"#{atom}";
        if (atom == 0)
        {
            return NtStatus.InvalidParameter;
        }
        if (atom >= AtomTable.FirstNamed && !t.Executive.GlobalAtoms.TryGet(atom, out name, out uses))
        {
            return NtStatus.InvalidHandle;
        }
        // ATOM_BASIC_INFORMATION: usage count, flags, name length in bytes (16 bits each), then the name with a terminator.
        uint needed = BasicHeader + ((uint)name.Length * sizeof(char)) + sizeof(char);
        if (!returnLength.IsNull && !t.Memory.TryWrite(returnLength, needed))
        {
            return NtStatus.AccessViolation;
        }
        if (length < needed)
        {
            return length < BasicHeader + sizeof(char) ? NtStatus.InfoLengthMismatch : NtStatus.BufferTooSmall;
        }
        ReadOnlySpan<ushort> header = [uses, atom < AtomTable.FirstNamed ? (ushort)1 : (ushort)0, (ushort)(name.Length * sizeof(char))];
        return t.Memory.TryWrite(buffer, MemoryMarshal.AsBytes(header)) && t.Memory.TryWrite(buffer + BasicHeader, MemoryMarshal.AsBytes((name + '\0').AsSpan()))
            ? NtStatus.Success
            : NtStatus.AccessViolation;
    }

    private static NtStatus QueryTable(NtThread t, GuestPointer buffer, uint length, GuestPointer returnLength)
    {
        ushort[] atoms = t.Executive.GlobalAtoms.List();
        uint needed = sizeof(uint) + ((uint)atoms.Length * sizeof(ushort));
        if (!returnLength.IsNull && !t.Memory.TryWrite(returnLength, needed))
        {
            return NtStatus.AccessViolation;
        }
        if (length < needed)
        {
            return NtStatus.InfoLengthMismatch;
        }
        return t.Memory.TryWrite(buffer, (uint)atoms.Length) && t.Memory.TryWrite(buffer + sizeof(uint), MemoryMarshal.AsBytes(atoms.AsSpan()))
            ? NtStatus.Success
            : NtStatus.AccessViolation;
    }

    /// <summary>Reads an atom's name; an integer atom ("#123", or a pointer below 64 KiB) gives its number instead.</summary>
    private static NtStatus ReadName(NtThread t, GuestPointer pointer, uint length, out string name, out ushort integer)
    {
        name = "";
        integer = 0;
        if (pointer.Address <= ushort.MaxValue)
        {
            integer = (ushort)pointer.Address;
            return integer is 0 or >= AtomTable.FirstNamed ? NtStatus.InvalidParameter : NtStatus.Success;
        }
        if (length > AtomTable.MaximumName * sizeof(char))
        {
            return NtStatus.InvalidParameter;
        }
        if (!t.Memory.TryReadUtf16(pointer, (int)length, out name))
        {
            return NtStatus.AccessViolation;
        }
        int end = name.IndexOf('\0');
        name = end < 0 ? name : name[..end];
        if (name.Length == 0)
        {
            return NtStatus.ObjectNameInvalid;
        }
        if (name[0] == '#' && name.Length > 1 && name.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0)
        {
            bool fits = ushort.TryParse(name.AsSpan(1), out integer) && integer < AtomTable.FirstNamed && integer != 0;
            return fits ? NtStatus.Success : NtStatus.InvalidParameter;
        }
        return NtStatus.Success;
    }
}
