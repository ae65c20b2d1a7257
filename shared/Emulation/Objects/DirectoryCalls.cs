using System.Buffers.Binary;
using System.Text;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Sync;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Objects;

/// <summary>The system calls on directories of the object namespace.</summary>
internal static class DirectoryCalls
{
    private const uint DirectoryQuery = 1;
    private const int EntrySize = 32;
    private const uint MaximumBuffer = 1 << 20;

    [NtSyscall("NtCreateDirectoryObject", Support.Full)]
    internal static NtStatus NtCreateDirectoryObject(NtThread t, GuestPointer handle, uint access, GuestPointer attributes) =>
        NamedObjects.Create(t, handle, access, attributes, new DirectoryObject());

    [NtSyscall("NtOpenDirectoryObject", Support.Full)]
    internal static NtStatus NtOpenDirectoryObject(NtThread t, GuestPointer handle, uint access, GuestPointer attributes) =>
        NamedObjects.Open<DirectoryObject>(t, handle, access, attributes);

    [NtSyscall("NtQueryDirectoryObject", Support.Full)]
    internal static NtStatus NtQueryDirectoryObject(NtThread t, Handle handle, GuestPointer buffer, uint length, bool single, bool restart, GuestPointer context, GuestPointer returnLength)
    {
        NtStatus status = t.Reference(handle, DirectoryQuery, out DirectoryObject directory);
        if (!status.IsSuccess)
        {
            return status;
        }
        uint start = 0;
        if (!restart && !t.Memory.TryRead(context, out start))
        {
            return NtStatus.AccessViolation;
        }
        List<KeyValuePair<string, KernelObject>> entries = t.Executive.Namespace.List(directory);
        if (start >= entries.Count)
        {
            QueryBuffer.ReturnOptional(t, returnLength, 0u);
            return NtStatus.NoMoreEntries;
        }
        length = Math.Min(length, MaximumBuffer);
        int count = 0;
        int texts = 0;
        int needed = 0;
        while (start + count < entries.Count && (count == 0 || !single))
        {
            (string name, KernelObject value) = entries[(int)start + count];
            int more = texts + ((name.Length + value.Kind.Name.Length + 2) * sizeof(char));
            needed = ((count + 2) * EntrySize) + more;
            if (needed > length)
            {
                break;
            }
            texts = more;
            count++;
        }
        if (count == 0)
        {
            QueryBuffer.ReturnOptional(t, returnLength, (uint)needed);
            return single ? NtStatus.BufferTooSmall : NtStatus.MoreEntries;
        }
        byte[] image = Build(entries, (int)start, count, texts, buffer.Address);
        if (!t.Memory.TryWrite(buffer, image) || !t.Memory.TryWrite(context, (uint)(start + count)))
        {
            return NtStatus.AccessViolation;
        }
        QueryBuffer.ReturnOptional(t, returnLength, (uint)image.Length);
        return !single && start + count < entries.Count ? NtStatus.MoreEntries : NtStatus.Success;
    }

    /// <summary>OBJECT_DIRECTORY_INFORMATION entries (two UNICODE_STRINGs each), one of zeros, then the texts.</summary>
    private static byte[] Build(List<KeyValuePair<string, KernelObject>> entries, int start, int count, int texts, ulong address)
    {
        int text = (count + 1) * EntrySize;
        byte[] image = new byte[text + texts];
        for (int i = 0; i < count; i++)
        {
            (string name, KernelObject value) = entries[start + i];
            Put(image.AsSpan(i * EntrySize), name);
            Put(image.AsSpan((i * EntrySize) + (EntrySize / 2)), value.Kind.Name);
        }
        return image;

        void Put(Span<byte> header, string value)
        {
            int bytes = Encoding.Unicode.GetBytes(value, image.AsSpan(text));
            BinaryPrimitives.WriteUInt16LittleEndian(header, (ushort)bytes);
            BinaryPrimitives.WriteUInt16LittleEndian(header[2..], (ushort)(bytes + sizeof(char)));
            BinaryPrimitives.WriteUInt64LittleEndian(header[8..], address + (ulong)text);
            text += bytes + sizeof(char);
        }
    }
}
