using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Emulation.Io.Host;

namespace PortableVirt.Emulation.Io.Disk;

/// <summary>
/// The extended attributes of a file, kept together in the host's extended attribute user.portablevirt.ea: for each its flags (1 byte), length of its
/// name (1), length of its value (2, little endian), name, a zero byte, value. A change is one step. Hosts limit the whole: ext4 to some 4 KB.
/// </summary>
internal static class StoredEas
{
    /// <summary>Size of the attributes of one file at most, as <see cref="Size"/> counts it: what FILE_FULL_EA_INFORMATION can tell.</summary>
    public const int MaximumSize = ushort.MaxValue;

    private const int HeaderSize = 4, ListHeader = 4;

    private static ReadOnlySpan<byte> HostName => "user.portablevirt.ea\0"u8;

    /// <summary>Reads them. STATUS_EAS_NOT_SUPPORTED where the file system keeps none, STATUS_EA_CORRUPT_ERROR when somebody spoiled them.</summary>
    public static NtStatus Load(SafeFileHandle handle, out List<ExtendedAttribute> attributes)
    {
        attributes = [];
        byte[] path = StoredAttributes.DescriptorPath(handle);
        byte[] stored = new byte[1024];
        nint length;
        while ((length = NativeIo.GetXAttr(in path[0], in MemoryMarshal.GetReference(HostName), ref stored[0], (nuint)stored.Length)) < 0)
        {
            int error = Errno.Last;
            if (error != Errno.ERANGE || stored.Length > MaximumSize)
            {
                return error == Errno.ENODATA ? NtStatus.Success : Status(error);
            }
            stored = new byte[MaximumSize + 1];
        }
        return Parse(stored.AsSpan(0, (int)length), attributes) ? NtStatus.Success : NtStatus.EaCorruptError;
    }

    /// <summary>Replaces them. STATUS_EA_TOO_LARGE when they are more than <see cref="MaximumSize"/>, or more than the host keeps.</summary>
    public static NtStatus Save(SafeFileHandle handle, IReadOnlyList<ExtendedAttribute> attributes)
    {
        byte[] path = StoredAttributes.DescriptorPath(handle);
        if (attributes.Count == 0)
        {
            return NativeIo.RemoveXAttr(in path[0], in MemoryMarshal.GetReference(HostName)) == 0 || Errno.Last is Errno.ENODATA or Errno.EOPNOTSUPP ? NtStatus.Success : Status(Errno.Last);
        }
        int size = attributes.Sum(a => a.PackedSize);
        if (size + ListHeader > MaximumSize)
        {
            return NtStatus.EaTooLarge;
        }
        byte[] stored = new byte[size];
        int at = 0;
        foreach (ExtendedAttribute attribute in attributes)
        {
            Span<byte> entry = stored.AsSpan(at);
            (entry[0], entry[1]) = (attribute.Flags, (byte)attribute.Name.Length);
            BinaryPrimitives.WriteUInt16LittleEndian(entry[2..], (ushort)attribute.Value.Length);
            Encoding.Latin1.GetBytes(attribute.Name, entry[HeaderSize..]);
            attribute.Value.CopyTo(entry[(HeaderSize + attribute.Name.Length + 1)..]);
            at += attribute.PackedSize;
        }
        return NativeIo.SetXAttr(in path[0], in MemoryMarshal.GetReference(HostName), in stored[0], (nuint)size, 0) == 0 ? NtStatus.Success : Status(Errno.Last);
    }

    /// <summary>True where the file system keeps such attributes.</summary>
    public static bool IsSupported(SafeFileHandle handle)
    {
        byte none = 0;
        byte[] path = StoredAttributes.DescriptorPath(handle);
        return NativeIo.GetXAttr(in path[0], in MemoryMarshal.GetReference(HostName), ref none, 0) >= 0 || Errno.Last == Errno.ENODATA;
    }

    /// <summary>EaSize of a file: the packed sizes and 4 bytes; 0 without attributes.</summary>
    public static uint Size(SafeFileHandle handle) => Size(StoredAttributes.DescriptorPath(handle));

    /// <summary>The same for a path, zero-terminated.</summary>
    public static uint Size(byte[] path)
    {
        byte none = 0;
        nint length = NativeIo.GetXAttr(in path[0], in MemoryMarshal.GetReference(HostName), ref none, 0);
        return length > 0 ? (uint)Math.Min(length + ListHeader, MaximumSize) : 0;
    }

    private static bool Parse(ReadOnlySpan<byte> stored, List<ExtendedAttribute> attributes)
    {
        while (stored.Length != 0)
        {
            int nameEnd = HeaderSize + (stored.Length > 1 ? stored[1] : 0);
            int size = stored.Length < HeaderSize ? int.MaxValue : nameEnd + 1 + BinaryPrimitives.ReadUInt16LittleEndian(stored[2..]);
            if (size > stored.Length || nameEnd == HeaderSize)
            {
                return false;
            }
            attributes.Add(new ExtendedAttribute(stored[0], Encoding.Latin1.GetString(stored[HeaderSize..nameEnd]), stored[(nameEnd + 1)..size].ToArray()));
            stored = stored[size..];
        }
        return true;
    }

    private static NtStatus Status(int error) => error switch
    {
        Errno.EOPNOTSUPP => NtStatus.EasNotSupported,
        Errno.ENOSPC or Errno.EDQUOT or Errno.E2BIG or Errno.ERANGE => NtStatus.EaTooLarge,
        _ => Errno.ToNtStatus(error),
    };
}
