using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Emulation.Io.Host;

namespace PortableVirt.Emulation.Io.Disk;

/// <summary>
/// The FILE_ATTRIBUTE_ flags that Linux has no place for (hidden, system, cleared archive, sparse), kept in the extended attribute
/// user.portablevirt.attributes as hexadecimal text, where the file system has extended attributes.
/// </summary>
internal static class StoredAttributes
{
    private const uint Kept = FileAttributeFlags.Hidden | FileAttributeFlags.System | FileAttributeFlags.Archive | FileAttributeFlags.SparseFile | FileAttributeFlags.NotContentIndexed;
    private static ReadOnlySpan<byte> Name => "user.portablevirt.attributes\0"u8;

    /// <summary>Adds what is stored for a file to what the host knows of it.</summary>
    public static FileMetadata Apply(SafeFileHandle handle, bool pathOnly, in FileMetadata metadata)
    {
        if ((metadata.Attributes & FileAttributeFlags.ReparsePoint) != 0)
        {
            return metadata;
        }
        Span<byte> text = stackalloc byte[16];
        nint length = pathOnly
            ? NativeIo.GetXAttr(in MemoryMarshal.GetReference<byte>(DescriptorPath(handle)), in MemoryMarshal.GetReference(Name), ref text[0], 16)
            : NativeIo.FGetXAttr(handle, in MemoryMarshal.GetReference(Name), ref text[0], 16);
        return length > 0 && uint.TryParse(text[..(int)length], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out uint stored)
            ? metadata with { Attributes = (metadata.Attributes & ~Kept) | (stored & Kept) }
            : metadata;
    }

    /// <summary>Stores the flags of a file; a file system without extended attributes forgets them, as FAT forgets access rights.</summary>
    public static void Store(SafeFileHandle handle, uint attributes, bool isDirectory)
    {
        uint usual = isDirectory ? 0 : FileAttributeFlags.Archive;
        byte[] path = DescriptorPath(handle);
        Span<byte> probe = stackalloc byte[16];
        if ((attributes & Kept) == usual && NativeIo.GetXAttr(in path[0], in MemoryMarshal.GetReference(Name), ref probe[0], 16) < 0)
        {
            return;
        }
        byte[] text = Encoding.ASCII.GetBytes((attributes & Kept).ToString("x", CultureInfo.InvariantCulture));
        _ = NativeIo.SetXAttr(in path[0], in MemoryMarshal.GetReference(Name), in text[0], (nuint)text.Length, 0);
    }

    private static byte[] DescriptorPath(SafeFileHandle handle) =>
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{handle.DangerousGetHandle()}\0"));
}
