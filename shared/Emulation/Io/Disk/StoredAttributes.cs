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
        return Parse(text, length, metadata);
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

    /// <summary>Adds what is stored for an entry of a folder, also the size of its extended attributes.</summary>
    /// <param name="folder">Descriptor of the folder, for which O_PATH is enough.</param>
    /// <param name="name">The entry's host name, zero-terminated.</param>
    public static FileMetadata ApplyToEntry(SafeFileHandle folder, byte[] name, in FileMetadata metadata)
    {
        if ((metadata.Attributes & FileAttributeFlags.ReparsePoint) != 0)
        {
            return metadata;
        }
        byte[] path = [.. DescriptorPath(folder)[..^1], (byte)'/', .. name];
        Span<byte> names = stackalloc byte[256];
        nint length = NativeIo.ListXAttr(in path[0], ref names[0], (nuint)names.Length);
        if (length == 0 || (length < 0 && Errno.Last != Errno.ERANGE))
        {
            return metadata;
        }
        Span<byte> text = stackalloc byte[16];
        length = NativeIo.GetXAttr(in path[0], in MemoryMarshal.GetReference(Name), ref text[0], 16);
        return Parse(text, length, metadata) with { EaSize = StoredEas.Size(path) };
    }

    private static FileMetadata Parse(ReadOnlySpan<byte> text, nint length, in FileMetadata metadata) =>
        length > 0 && uint.TryParse(text[..(int)length], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out uint stored)
            ? metadata with { Attributes = (metadata.Attributes & ~Kept) | (stored & Kept) }
            : metadata;

    /// <summary>A path, zero-terminated, that leads to what a descriptor has open, be it opened with O_PATH.</summary>
    public static byte[] DescriptorPath(SafeFileHandle handle) =>
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{handle.DangerousGetHandle()}\0"));
}
