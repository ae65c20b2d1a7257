using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Emulation.Io.Host;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Io.Disk;

/// <summary>Changes of the file: size, times, attributes, deletion.</summary>
internal sealed partial class DiskFile
{
    private const uint DispositionDelete = 1, DispositionPosix = 2, DispositionIgnoreReadOnly = 0x10;

    /// <summary>Truncates the file for an overwriting open and sets its new attributes.</summary>
    public NtStatus Overwrite(uint attributes, IReadOnlyList<ExtendedAttribute> extended)
    {
        NtStatus status = SetEas(extended, replacesAll: true);
        status = status.IsSuccess ? SetSize(0) : status;
        if (status.IsSuccess)
        {
            StoredAttributes.Store(Handle, attributes | FileAttributeFlags.Archive, false);
        }
        if (status.IsSuccess && (attributes & FileAttributeFlags.ReadOnly) != 0)
        {
            status = SetReadOnly(true);
        }
        return status;
    }

    /// <inheritdoc/>
    internal override NtStatus SetSpecial(NtThread thread, FileInformationClass informationClass, ReadOnlySpan<byte> buffer, uint grantedAccess)
    {
        switch (informationClass)
        {
            case FileInformationClass.Basic:
                return Location.ReadOnly ? NtStatus.AccessDenied : SetBasic(buffer);
            case FileInformationClass.EndOfFile:
            case FileInformationClass.Allocation:
            case FileInformationClass.ValidDataLength:
                long size = BinaryPrimitives.ReadInt64LittleEndian(buffer);
                return (grantedAccess & FileAccessRights.WriteData) == 0 ? NtStatus.AccessDenied
                    : IsDirectory || size < 0 ? NtStatus.InvalidParameter
                    : informationClass == FileInformationClass.EndOfFile ? SetSize(size)
                    : informationClass == FileInformationClass.Allocation ? SetAllocation(size)
                    : NtStatus.Success;
            case FileInformationClass.Disposition:
                return (grantedAccess & FileAccessRights.Delete) == 0 ? NtStatus.AccessDenied : SetDisposition(buffer[0] != 0 ? DispositionDelete : 0);
            case FileInformationClass.DispositionEx:
                return (grantedAccess & FileAccessRights.Delete) == 0 ? NtStatus.AccessDenied : SetDisposition(BinaryPrimitives.ReadUInt32LittleEndian(buffer));
            case FileInformationClass.Rename:
            case FileInformationClass.RenameEx:
                return (grantedAccess & FileAccessRights.Delete) == 0 ? NtStatus.AccessDenied : DiskFileRenamer.Rename(thread, this, buffer, informationClass == FileInformationClass.RenameEx);
            case FileInformationClass.Link:
            case FileInformationClass.LinkEx:
                return DiskFileRenamer.Link(thread, this, buffer, informationClass == FileInformationClass.LinkEx);
            default:
                return base.SetSpecial(thread, informationClass, buffer, grantedAccess);
        }
    }

    private NtStatus SetSize(long size)
    {
        if (!Executive.Io.MappedFiles.CanTruncate(Block.Key, size))
        {
            return NtStatus.UserMappedFile;
        }
        using SafeFileHandle? opened = OpenForWriting(out SafeFileHandle? target);
        return target is null ? Errno.LastStatus : NativeIo.FTruncate(target, size) == 0 ? NtStatus.Success : Errno.LastStatus;
    }

    private NtStatus SetAllocation(long size)
    {
        if (!HostTree.TryStat(Handle, out HostStat stat))
        {
            return Errno.LastStatus;
        }
        if (size < stat.Size)
        {
            return SetSize(size);
        }
        using SafeFileHandle? opened = OpenForWriting(out SafeFileHandle? target);
        if (target is null)
        {
            return Errno.LastStatus;
        }
        return size == 0 || NativeIo.FAllocate(target, 1, 0, size) == 0 || Errno.Last is Errno.EOPNOTSUPP ? NtStatus.Success : Errno.LastStatus;
    }

    /// <summary>Gives a descriptor that can be written through: the own one, or one opened for the purpose (then also returned, to be disposed).</summary>
    private SafeFileHandle? OpenForWriting(out SafeFileHandle? target)
    {
        if (!IsPathOnly && (Access & (FileAccessRights.WriteData | FileAccessRights.AppendData)) != 0)
        {
            target = Handle;
            return null;
        }
        bool opened = Location.Tree.TryOpen(Location.Path, OpenFlags.WriteOnly, 0, out SafeFileHandle handle);
        target = opened ? handle : null;
        return target;
    }

    private NtStatus SetBasic(ReadOnlySpan<byte> buffer)
    {
        long access = BinaryPrimitives.ReadInt64LittleEndian(buffer[8..]);
        long write = BinaryPrimitives.ReadInt64LittleEndian(buffer[16..]);
        uint attributes = BinaryPrimitives.ReadUInt32LittleEndian(buffer[32..]);
        if (BinaryPrimitives.ReadInt64LittleEndian(buffer) < -2 || access < -2 || write < -2 || BinaryPrimitives.ReadInt64LittleEndian(buffer[24..]) < -2)
        {
            return NtStatus.InvalidParameter;
        }
        if ((attributes & FileAttributeFlags.Directory) != 0 && !IsDirectory && !IsLink)
        {
            return NtStatus.InvalidParameter;
        }
        if (attributes != 0 && !IsLink)
        {
            NtStatus status = SetReadOnly((attributes & FileAttributeFlags.ReadOnly) != 0);
            if (!status.IsSuccess)
            {
                return status;
            }
            uint sparse = QueryMetadata(out FileMetadata now).IsSuccess ? now.Attributes & FileAttributeFlags.SparseFile : 0;
            StoredAttributes.Store(Handle, (attributes & ~FileAttributeFlags.SparseFile) | sparse, IsDirectory);
        }
        if (access > 0 || write > 0)
        {
            Span<HostTimespec> times = [ToTimespec(access), ToTimespec(write)];
            if (NativeIo.UTimensAt(Handle, 0, in times[0], NativeIo.AtEmptyPath) != 0)
            {
                return Errno.LastStatus;
            }
        }
        return NtStatus.Success;
    }

    private static HostTimespec ToTimespec(long fileTime)
    {
        if (fileTime <= 0)
        {
            return HostTimespec.Omit;
        }
        HostTimestamp stamp = HostTimestamp.FromFileTime(fileTime);
        return new HostTimespec(stamp.Seconds, stamp.Nanoseconds);
    }

    private NtStatus SetReadOnly(bool readOnly)
    {
        if (!HostTree.TryStat(Handle, out HostStat stat))
        {
            return Errno.LastStatus;
        }
        bool isReadOnly = (stat.Mode & 0x92) == 0;
        if (readOnly == isReadOnly || IsDirectory)
        {
            return NtStatus.Success;
        }
        uint mode = (uint)(stat.Mode & 0xfff);
        mode = readOnly ? mode & ~0x92u : mode | 0x80u;
        if (!IsPathOnly)
        {
            return NativeIo.FChmod(Handle, mode) == 0 ? NtStatus.Success : Errno.LastStatus;
        }
        NtStatus status = Location.Tree.OpenParent(Location.Path, out SafeFileHandle parent, out byte[] leaf);
        using (parent)
        {
            return !status.IsSuccess ? status : NativeIo.FChmodAt(parent, in leaf[0], mode, 0) == 0 ? NtStatus.Success : Errno.LastStatus;
        }
    }

    private NtStatus SetDisposition(uint flags)
    {
        FileControlBlockTable table = Executive.Io.ControlBlocks;
        bool delete = (flags & DispositionDelete) != 0;
        if (delete && (Path.Length == 0 || Location.Path.Length == 0))
        {
            return NtStatus.CannotDelete;
        }
        if (delete)
        {
            if (!HostTree.TryStat(Handle, out HostStat stat))
            {
                return Errno.LastStatus;
            }
            if (stat.IsRegular && (stat.Mode & 0x92) == 0 && (flags & DispositionIgnoreReadOnly) == 0)
            {
                return NtStatus.CannotDelete;
            }
            if (IsDirectory && !IsEmpty())
            {
                return NtStatus.DirectoryNotEmpty;
            }
            if ((flags & DispositionPosix) != 0)
            {
                NtStatus status = Unlink();
                if (!status.IsSuccess)
                {
                    return status;
                }
            }
        }
        lock (table.Lock)
        {
            Block.DeletePending = delete;
            Options &= ~(delete ? FileOptions.None : FileOptions.DeleteOnClose);
        }
        return NtStatus.Success;
    }

    /// <summary>The file goes when its last handle is closed, whatever its attributes are.</summary>
    internal void DeleteWhenClosed()
    {
        lock (Executive.Io.ControlBlocks.Lock)
        {
            Block.DeletePending = true;
        }
    }

    private bool IsEmpty()
    {
        List<string> names = [];
        return !ReadNames(names).IsSuccess || names.Count == 0;
    }
}
