using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Emulation.Io.Host;

namespace PortableVirt.Emulation.Io.Disk;

/// <summary>
/// Symbolic links and junctions as reparse points (REPARSE_DATA_BUFFER, [MS-FSCC] 2.1.2): both are symbolic links on the host.
/// A target that starts with a drive letter is stored as the host path that it stands for, if it is on the same drive.
/// </summary>
internal static class ReparsePoints
{
    private const int MaximumLength = 16 << 10;
    private const uint RelativeLink = 1;

    /// <summary>FSCTL_GET_REPARSE_POINT.</summary>
    public static NtStatus Get(DiskFile file, in IoReply reply, in IoControl control)
    {
        if (!file.IsLink)
        {
            return NtStatus.NotAReparsePoint;
        }
        if (!LinkRedirector.TryReadLink(file.Handle, out string target))
        {
            return Errno.LastStatus;
        }
        bool relative = !target.StartsWith('/');
        string print = relative ? target.Replace('/', '\\') : ToDosPath(file, target);
        string substitute = relative ? print : @"\??\" + print;
        byte[] output = new byte[20 + ((substitute.Length + print.Length) * 2)];
        Calls.InformationBuffer writer = new(output);
        writer.Add(FileAttributeFlags.TagSymbolicLink);
        writer.Add((ushort)(output.Length - 8));
        writer.Add((ushort)0);
        writer.Add((ushort)0);
        writer.Add((ushort)(substitute.Length * 2));
        writer.Add((ushort)(substitute.Length * 2));
        writer.Add((ushort)(print.Length * 2));
        writer.Add(relative ? RelativeLink : 0u);
        writer.Add(substitute);
        writer.Add(print);
        if (control.OutputLength < (uint)output.Length)
        {
            bool fits = control.OutputLength >= 8 && reply.Thread.Memory.TryWrite(control.Output, output.AsSpan(0, (int)control.OutputLength));
            return fits ? reply.Complete(NtStatus.BufferOverflow, control.OutputLength) : NtStatus.BufferTooSmall;
        }
        return DiskFile.Return(reply, control, output);
    }

    /// <summary>FSCTL_SET_REPARSE_POINT: the empty file or directory becomes a symbolic link.</summary>
    public static NtStatus Set(DiskFile file, in IoReply reply, in IoControl control)
    {
        if (control.InputLength is < 8 or > MaximumLength)
        {
            return NtStatus.IoReparseDataInvalid;
        }
        byte[] input = new byte[control.InputLength];
        if (!reply.Thread.Memory.TryRead(control.Input, input))
        {
            return NtStatus.AccessViolation;
        }
        NtStatus status = Parse(input, out string target, out bool relative);
        return status.IsSuccess ? MakeLink(file, target, relative) : status;
    }

    /// <summary>The empty file or directory becomes a symbolic link. STATUS_IO_REPARSE_DATA_INVALID for targets on another drive.</summary>
    /// <param name="file">The file.</param>
    /// <param name="target">Relative path, or NT name such as "\??\C:\folder".</param>
    /// <param name="relative">What <paramref name="target"/> is.</param>
    internal static NtStatus MakeLink(DiskFile file, string target, bool relative)
    {
        if (file.Path.Length == 0 || file.Location.Path.Length == 0 || file.Location.ReadOnly)
        {
            return NtStatus.AccessDenied;
        }
        string? link = relative ? target.Replace('\\', '/') : ToHostTarget(file, target);
        if (link is null)
        {
            return NtStatus.IoReparseDataInvalid;
        }
        NtStatus status = file.Location.Tree.OpenParent(file.Location.Path, out SafeFileHandle parent, out byte[] leaf);
        if (!status.IsSuccess)
        {
            return status;
        }
        using (parent)
        {
            byte[] temporary = Encoding.ASCII.GetBytes($".portablevirt-{Guid.NewGuid():N}\0");
            byte[] host = HostName.ToHost(link);
            if (NativeIo.SymlinkAt(in host[0], parent, in temporary[0]) != 0)
            {
                return Errno.LastStatus;
            }
            if (file.IsDirectory && NativeIo.UnlinkAt(parent, in leaf[0], NativeIo.AtRemoveDir) != 0)
            {
                status = Errno.LastStatus;
            }
            if (status.IsSuccess && NativeIo.RenameAt2(parent, in temporary[0], parent, in leaf[0], 0) == 0)
            {
                file.Location.Tree.NoteAdded(file.Location.Path);
                return NtStatus.Success;
            }
            status = status.IsSuccess ? Errno.LastStatus : status;
            _ = NativeIo.UnlinkAt(parent, in temporary[0], 0);
            return status;
        }
    }

    /// <summary>FSCTL_DELETE_REPARSE_POINT: the link becomes an empty file.</summary>
    public static NtStatus Delete(DiskFile file)
    {
        NtStatus status = file.Location.Tree.OpenParent(file.Location.Path, out SafeFileHandle parent, out byte[] leaf);
        if (!status.IsSuccess)
        {
            return status;
        }
        using (parent)
        {
            if (NativeIo.UnlinkAt(parent, in leaf[0], 0) != 0)
            {
                return Errno.LastStatus;
            }
            if (!file.Location.Tree.TryOpen(file.Location.Path, OpenFlags.ReadWrite | OpenFlags.Create | OpenFlags.Exclusive, 0x1b6, out SafeFileHandle made))
            {
                return Errno.LastStatus;
            }
            made.Dispose();
            return NtStatus.Success;
        }
    }

    private static NtStatus Parse(ReadOnlySpan<byte> input, out string target, out bool relative)
    {
        target = "";
        relative = false;
        uint tag = BinaryPrimitives.ReadUInt32LittleEndian(input);
        int header = tag == FileAttributeFlags.TagSymbolicLink ? 20 : tag == FileAttributeFlags.TagMountPoint ? 16 : 0;
        if (header == 0)
        {
            return NtStatus.IoReparseTagNotHandled;
        }
        if (input.Length < header || BinaryPrimitives.ReadUInt16LittleEndian(input[4..]) != input.Length - 8)
        {
            return NtStatus.IoReparseDataInvalid;
        }
        int offset = header + BinaryPrimitives.ReadUInt16LittleEndian(input[8..]);
        int length = BinaryPrimitives.ReadUInt16LittleEndian(input[10..]);
        if (length == 0 || (length & 1) != 0 || offset + length > input.Length)
        {
            return NtStatus.IoReparseDataInvalid;
        }
        target = new string(MemoryMarshal.Cast<byte, char>(input.Slice(offset, length)));
        relative = header == 20 && (BinaryPrimitives.ReadUInt32LittleEndian(input[16..]) & RelativeLink) != 0;
        return NtStatus.Success;
    }

    /// <summary>The DOS path of an absolute host path: on the file's own drive when it lies there, else on Z:.</summary>
    private static string ToDosPath(DiskFile file, string target)
    {
        string root = file.Location.Tree.HostPath + "/";
        return file.Volume.Letter == 'C' && target.StartsWith(root, StringComparison.Ordinal)
            ? @"C:\" + target[root.Length..].Replace('/', '\\')
            : "Z:" + target.Replace('/', '\\');
    }

    private static string? ToHostTarget(DiskFile file, string target)
    {
        string path = target.StartsWith(@"\??\", StringComparison.Ordinal) ? target[4..] : target;
        if (path.Length < 3 || path[1] != ':' || path[2] != '\\' || char.ToUpperInvariant(path[0]) != file.Volume.Letter
            || !VolumePath.Parse(path[3..], out string parsed).IsSuccess)
        {
            return null;
        }
        return file.Volume.Letter == 'Z' ? "/" + parsed : HostTree.Join(file.Location.Tree.HostPath, parsed);
    }
}
