using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Emulation.Io.Host;

namespace PortableVirt.Emulation.Io.Disk;

/// <summary>Reads the names of a host folder.</summary>
internal static class DirectoryReader
{
    private const int BufferSize = 64 << 10;

    [ThreadStatic]
    private static byte[]? _buffer;

    /// <summary>Adds all names except "." and "..", in Windows spelling, in the host's order. STATUS_SUCCESS or why it failed.</summary>
    /// <param name="directory">Descriptor opened for reading, at its start.</param>
    public static NtStatus Read(SafeFileHandle directory, List<string> names) =>
        Read(directory, names, static (list, entry, name) => list.Add(HostName.FromHost(name)));

    /// <summary>As above, with what the folder itself knows of each entry.</summary>
    public static NtStatus Read(SafeFileHandle directory, List<HostDirectoryEntry> entries) =>
        Read(directory, entries, static (list, entry, name) => list.Add(new HostDirectoryEntry(BinaryPrimitives.ReadUInt64LittleEndian(entry), entry[18], HostName.FromHost(name))));

    private static NtStatus Read<T>(SafeFileHandle directory, T target, Action<T, ReadOnlySpan<byte>, ReadOnlySpan<byte>> add)
    {
        byte[] buffer = _buffer ??= new byte[BufferSize];
        while (true)
        {
            nint length = NativeIo.GetDents64(NativeIo.SyscallGetDents64, directory, ref buffer[0], buffer.Length);
            if (length <= 0)
            {
                return length == 0 ? NtStatus.Success : Errno.LastStatus;
            }
            for (int offset = 0; offset < length;)
            {
                ReadOnlySpan<byte> entry = buffer.AsSpan(offset);
                ReadOnlySpan<byte> name = entry[19..(19 + entry[19..].IndexOf((byte)0))];
                if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
                {
                    add(target, entry, name);
                }
                offset += BinaryPrimitives.ReadUInt16LittleEndian(entry[16..]);
            }
        }
    }
}
