using System.Globalization;
using PortableVirt.Analysis.Pe;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.SystemInfo;

/// <summary>System calls that map the tables of the system library's nls folder.</summary>
internal static class NlsCalls
{
    private const uint Sort = 9, CaseMap = 10, CodePage = 11, Normalization = 12;

    [NtSyscall("NtInitializeNlsFiles", Support.Full)]
    internal static NtStatus NtInitializeNlsFiles(NtThread t, GuestPointer pointer, GuestPointer locale, GuestPointer size)
    {
        if (!t.Memory.CanWrite(pointer, 8) || !t.Memory.TryWrite(locale, t.Executive.Locale.SystemLocale))
        {
            return NtStatus.AccessViolation;
        }
        NtStatus status = Map(t, "locale.nls", out ulong address, out ulong length);
        if (!status.IsSuccess)
        {
            return status;
        }
        return t.Memory.TryWrite(pointer, address) && (size.IsNull || t.Memory.TryWrite(size, length)) ? NtStatus.Success : NtStatus.AccessViolation;
    }

    [NtSyscall("NtGetNlsSectionPtr", Support.Full)]
    internal static NtStatus NtGetNlsSectionPtr(NtThread t, uint type, uint id, ulong context, GuestPointer pointer, GuestPointer size)
    {
        NtStatus status = FileName(type, id, out string name);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (!t.Memory.CanWrite(pointer, 8) || !t.Memory.CanWrite(size, 8))
        {
            return NtStatus.AccessViolation;
        }
        status = Map(t, name, out ulong address, out ulong length);
        return !status.IsSuccess ? status
            : t.Memory.TryWrite(pointer, address) && t.Memory.TryWrite(size, length) ? NtStatus.Success
            : NtStatus.AccessViolation;
    }

    /// <summary>The file of a table: STATUS_INVALID_PARAMETER_1 for an unknown type, STATUS_OBJECT_NAME_NOT_FOUND for an unknown id.</summary>
    internal static NtStatus FileName(uint type, uint id, out string name)
    {
        name = type switch
        {
            Sort when id == 0 => "sortdefault.nls",
            CaseMap when id == 0 => "l_intl.nls",
            CodePage when id <= ushort.MaxValue => string.Create(CultureInfo.InvariantCulture, $"c_{id:000}.nls"),
            Normalization => id switch
            {
                1 => "normnfc.nls",
                2 => "normnfd.nls",
                5 => "normnfkc.nls",
                6 => "normnfkd.nls",
                13 => "normidna.nls",
                _ => "",
            },
            _ => "",
        };
        return name.Length != 0 ? NtStatus.Success
            : type is Normalization or CodePage ? NtStatus.ObjectNameNotFound
            : NtStatus.InvalidParameter1;
    }

    private static NtStatus Map(NtThread t, string name, out ulong address, out ulong length)
    {
        t.Executive.Recorder?.NoteNls(name);
        FileExtent? own = t.Executive.NlsFiles.TryOpen(name);
        FileExtent? file = own ?? (t.Executive.Unseen?.FindNls(name) is { } path ? FileExtent.TryOpen(path) : null);
        return t.Process.AddressSpace.MapReadOnlyData(file, own is null ? null : name, out address, out length);
    }
}
