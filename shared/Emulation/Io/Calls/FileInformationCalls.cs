using PortableVirt.Emulation.Abi;
using PortableVirt.Emulation.Io.Disk;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Sync;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Io.Calls;

/// <summary>
/// NtQueryInformationFile, NtSetInformationFile and the queries by name. FILE_READ_ATTRIBUTES and FILE_WRITE_ATTRIBUTES are not
/// asked for: libwine's kernelbase uses handles without them (MoveFile, SetFileAttributes); what a grant forbids stays forbidden.
/// </summary>
internal static class FileInformationCalls
{
    /// <summary>Longest structure that is read or written: a name of 32767 characters and what stands before it.</summary>
    private const int MaximumLength = 0x10100;

    private const uint KnownNotificationModes = 7;

    [NtSyscall("NtQueryInformationFile", Support.Partial, "compression, quota and remote-protocol classes")]
    internal static NtStatus NtQueryInformationFile(NtThread t, Handle file, GuestPointer ioStatus, GuestPointer buffer, uint length, uint informationClass)
    {
        NtStatus status = t.Reference(file, 0, out FileObject found, out uint granted);
        if (!status.IsSuccess)
        {
            return status;
        }
        FileInformationClass asked = (FileInformationClass)informationClass;
        int size = (int)Math.Min(length, MaximumLength);
        Span<byte> output = size <= 1024 ? stackalloc byte[size] : new byte[size];
        output.Clear();
        int written;
        int minimum = FileInformation.MinimumLength(asked);
        if (minimum == 0)
        {
            status = found.QuerySpecial(asked, output, out written);
        }
        else if (size < minimum)
        {
            return NtStatus.InfoLengthMismatch;
        }
        else
        {
            InformationBuffer writer = new(output);
            status = FileInformation.Write(found, asked, granted, ref writer);
            written = writer.Written;
        }
        if (status.IsError)
        {
            return status;
        }
        return t.Memory.TryWrite(buffer, output[..written]) && t.Memory.TryWrite(ioStatus, new IoStatusBlock64(status, (ulong)written))
            ? status
            : NtStatus.AccessViolation;
    }

    [NtSyscall("NtSetInformationFile", Support.Partial, "compression, quota and short-name classes")]
    internal static NtStatus NtSetInformationFile(NtThread t, Handle file, GuestPointer ioStatus, GuestPointer buffer, uint length, uint informationClass)
    {
        FileInformationClass asked = (FileInformationClass)informationClass;
        int minimum = MinimumSetLength(asked);
        if (minimum == 0)
        {
            return NtStatus.InvalidInfoClass;
        }
        if (length < (uint)minimum)
        {
            return NtStatus.InfoLengthMismatch;
        }
        if (length > MaximumLength)
        {
            return NtStatus.InvalidParameter;
        }
        NtStatus status = t.Reference(file, 0, out FileObject found, out uint granted);
        if (!status.IsSuccess)
        {
            return status;
        }
        Span<byte> input = length <= 1024 ? stackalloc byte[(int)length] : new byte[length];
        if (!t.Memory.TryRead(buffer, input))
        {
            return NtStatus.AccessViolation;
        }
        status = asked switch
        {
            FileInformationClass.Position => SetPosition(found, BitConverter.ToInt64(input)),
            FileInformationClass.Mode => SetMode(found, BitConverter.ToUInt32(input)),
            FileInformationClass.Completion => SetCompletion(t, found, BitConverter.ToUInt64(input), BitConverter.ToUInt64(input[8..])),
            FileInformationClass.ReplaceCompletion => ReplaceCompletion(t, found, BitConverter.ToUInt64(input), BitConverter.ToUInt64(input[8..])),
            FileInformationClass.IoCompletionNotification => SetNotificationModes(found, BitConverter.ToUInt32(input)),
            FileInformationClass.IoPriorityHint => NtStatus.Success,
            _ => found.SetSpecial(t, asked, input, granted),
        };
        if (!status.IsError && !t.Memory.TryWrite(ioStatus, new IoStatusBlock64(status, 0)))
        {
            return NtStatus.AccessViolation;
        }
        return status;
    }

    [NtSyscall("NtQueryAttributesFile", Support.Full)]
    internal static NtStatus NtQueryAttributesFile(NtThread t, GuestPointer attributes, GuestPointer buffer) => QueryByName(t, attributes, buffer, false);

    [NtSyscall("NtQueryFullAttributesFile", Support.Full)]
    internal static NtStatus NtQueryFullAttributesFile(NtThread t, GuestPointer attributes, GuestPointer buffer) => QueryByName(t, attributes, buffer, true);

    private static NtStatus QueryByName(NtThread t, GuestPointer attributes, GuestPointer buffer, bool full)
    {
        NtStatus status = FileCreateCalls.OpenTransient(t, attributes, FileAccessRights.ReadAttributes | FileAccessRights.Synchronize, FileOptions.OpenReparsePoint | FileOptions.SynchronousNonAlert, out FileObject file, out Handle handle);
        if (!status.IsSuccess)
        {
            return status;
        }
        status = file.QueryMetadata(out FileMetadata metadata);
        FileCreateCalls.CloseTransient(t, handle);
        if (!status.IsSuccess)
        {
            return status;
        }
        Span<byte> output = stackalloc byte[56];
        output.Clear();
        InformationBuffer writer = new(output);
        if (full)
        {
            FileInformation.WriteNetworkOpen(metadata, ref writer);
        }
        else
        {
            FileInformation.WriteBasic(metadata, ref writer);
        }
        return t.Memory.TryWrite(buffer, output[..writer.Written]) ? NtStatus.Success : NtStatus.AccessViolation;
    }

    private static int MinimumSetLength(FileInformationClass asked) => asked switch
    {
        FileInformationClass.Basic => 40,
        FileInformationClass.Rename or FileInformationClass.RenameEx or FileInformationClass.Link or FileInformationClass.LinkEx => 24,
        FileInformationClass.Disposition => 1,
        FileInformationClass.DispositionEx => 4,
        FileInformationClass.Position => 8,
        FileInformationClass.Mode => 4,
        FileInformationClass.Allocation or FileInformationClass.EndOfFile or FileInformationClass.ValidDataLength => 8,
        FileInformationClass.Pipe => 8,
        FileInformationClass.MailslotSet => 8,
        FileInformationClass.Completion or FileInformationClass.ReplaceCompletion => 16,
        FileInformationClass.IoCompletionNotification => 4,
        FileInformationClass.IoPriorityHint => 4,
        FileInformationClass.CaseSensitive => 4,
        _ => 0,
    };

    private static NtStatus SetPosition(FileObject file, long position) => position < 0 ? NtStatus.InvalidParameter : file.SetPosition(position);

    private static NtStatus SetMode(FileObject file, uint mode)
    {
        const FileOptions Changeable = FileOptions.WriteThrough | FileOptions.SequentialOnly;
        FileOptions wanted = (FileOptions)mode;
        if ((wanted & ~FileOptions.ModeMask) != 0)
        {
            return NtStatus.InvalidParameter;
        }
        file.Options = (file.Options & ~Changeable) | (wanted & Changeable);
        return NtStatus.Success;
    }

    private static NtStatus SetCompletion(NtThread t, FileObject file, ulong port, ulong key)
    {
        NtStatus status = t.Reference(new Handle(port), 2, out IoCompletionObject completion);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (file.Port is not null || file.IsSynchronous)
        {
            return NtStatus.InvalidParameter;
        }
        file.Port = new CompletionBinding(completion, key);
        return NtStatus.Success;
    }

    private static NtStatus ReplaceCompletion(NtThread t, FileObject file, ulong port, ulong key)
    {
        file.Port = null;
        return port == 0 ? NtStatus.Success : SetCompletion(t, file, port, key);
    }

    private static NtStatus SetNotificationModes(FileObject file, uint modes)
    {
        if ((modes & ~KnownNotificationModes) != 0)
        {
            return NtStatus.InvalidParameter;
        }
        file.NotificationModes |= modes;
        return NtStatus.Success;
    }
}
