using PortableVirt.Emulation.Abi;
using PortableVirt.Emulation.Io.Disk;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Io.Calls;

/// <summary>Extended attributes of files and directories.</summary>
internal static class ExtendedAttributeCalls
{
    [NtSyscall("NtQueryEaFile", Support.Full)]
    internal static NtStatus NtQueryEaFile(
        NtThread t, Handle file, GuestPointer ioStatus, GuestPointer buffer, uint length, bool singleEntry, GuestPointer list, uint listLength, GuestPointer index, bool restart)
    {
        NtStatus status = Reference(t, file, FileAccessRights.ReadEa, out DiskFile disk);
        if (!status.IsSuccess)
        {
            return status;
        }
        uint first = 0;
        List<string>? names = null;
        if (!t.Memory.CanWrite(ioStatus, 2 * sizeof(ulong)) || (!index.IsNull && !t.Memory.TryRead(index, out first)))
        {
            return NtStatus.AccessViolation;
        }
        if (!list.IsNull && listLength != 0)
        {
            byte[] input = new byte[Math.Min(listLength, EaList.MaximumLength)];
            if (!t.Memory.TryRead(list, input))
            {
                return NtStatus.AccessViolation;
            }
            status = EaList.ReadNames(input, out names, out int errorOffset);
            if (!status.IsSuccess)
            {
                return Return(t, ioStatus, status, (ulong)errorOffset);
            }
        }
        status = disk.LoadEas(out List<ExtendedAttribute> attributes);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (names is not null)
        {
            attributes = [.. names.Select(name => attributes.Find(a => a.Name == name) is { Name: not null } found ? found : new ExtendedAttribute(0, name, []))];
        }
        else if (attributes.Count == 0)
        {
            return NtStatus.NoEasOnFile;
        }
        int start = names is not null || restart ? 0 : disk.NextEa;
        if (names is null && !index.IsNull)
        {
            if (first == 0 || first > attributes.Count)
            {
                return first == attributes.Count + 1 ? NtStatus.NoMoreEas : NtStatus.NonexistentEaEntry;
            }
            start = (int)first - 1;
        }
        if (start >= attributes.Count)
        {
            return NtStatus.NoMoreEas;
        }
        byte[] output = new byte[Math.Min(length, EaList.MaximumLength)];
        int wanted = singleEntry ? 1 : attributes.Count - start;
        int done = EaList.Write(attributes, start, wanted, output, out int written);
        if (done == 0)
        {
            return NtStatus.BufferTooSmall;
        }
        if (!t.Memory.TryWrite(buffer, output.AsSpan(0, written)))
        {
            return NtStatus.AccessViolation;
        }
        if (names is null)
        {
            disk.NextEa = start + done;
        }
        return Return(t, ioStatus, done < wanted ? NtStatus.BufferOverflow : NtStatus.Success, (ulong)written);
    }

    [NtSyscall("NtSetEaFile", Support.Full)]
    internal static NtStatus NtSetEaFile(NtThread t, Handle file, GuestPointer ioStatus, GuestPointer buffer, uint length)
    {
        NtStatus status = Reference(t, file, FileAccessRights.WriteEa, out DiskFile disk);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (length == 0)
        {
            return Return(t, ioStatus, NtStatus.Success, 0);
        }
        status = Read(t, buffer, length, out List<ExtendedAttribute> changes, out int errorOffset);
        if (status == NtStatus.AccessViolation || !t.Memory.CanWrite(ioStatus, 2 * sizeof(ulong)))
        {
            return NtStatus.AccessViolation;
        }
        return status.IsSuccess ? Return(t, ioStatus, disk.SetEas(changes, replacesAll: false), 0) : Return(t, ioStatus, status, (ulong)errorOffset);
    }

    /// <summary>Reads the EaBuffer argument of a call. STATUS_EA_TOO_LARGE, or as <see cref="EaList.ReadFull"/>.</summary>
    internal static NtStatus Read(NtThread t, GuestPointer buffer, uint length, out List<ExtendedAttribute> attributes, out int errorOffset)
    {
        attributes = [];
        errorOffset = 0;
        if (length > EaList.MaximumLength)
        {
            return NtStatus.EaTooLarge;
        }
        byte[] input = new byte[length];
        return t.Memory.TryRead(buffer, input) ? EaList.ReadFull(input, out attributes, out errorOffset) : NtStatus.AccessViolation;
    }

    private static NtStatus Reference(NtThread t, Handle file, uint access, out DiskFile disk)
    {
        NtStatus status = t.Reference(file, access, out FileObject found);
        disk = (found as DiskFile)!;
        return status.IsSuccess && disk is null ? found is VirtualDirectoryFile ? NtStatus.EasNotSupported : NtStatus.InvalidDeviceRequest : status;
    }

    private static NtStatus Return(NtThread t, GuestPointer ioStatus, NtStatus status, ulong information) =>
        t.Memory.TryWrite(ioStatus, new IoStatusBlock64(status, information)) ? status : NtStatus.AccessViolation;
}
