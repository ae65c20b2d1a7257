using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Sync;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Objects;

/// <summary>What is known of an object or handle, and making objects temporary.</summary>
internal static class ObjectQueryCalls
{
    private const uint BasicInformation = 0;
    private const uint NameInformation = 1;
    private const uint TypeInformation = 2;
    private const uint TypesInformation = 3;
    private const uint HandleFlagInformation = 4;
    private const int NameHeaderSize = 16;
    private const int TypeHeaderSize = 104;

    [NtSyscall("NtQueryObject", Support.Full)]
    internal static NtStatus NtQueryObject(NtThread t, Handle handle, uint informationClass, GuestPointer buffer, uint length, GuestPointer returnLength)
    {
        if (informationClass == TypesInformation)
        {
            return ReturnImage(t, buffer, length, returnLength, BuildTypes(buffer.Address), NtStatus.InfoLengthMismatch);
        }
        NtStatus status = t.Reference(handle, 0, out KernelObject value, out uint granted);
        if (!status.IsSuccess)
        {
            return status;
        }
        t.Process.Handles.TryGet(handle, out HandleEntry entry);
        switch (informationClass)
        {
            case BasicInformation:
                return QueryBuffer.Return(t, buffer, length, returnLength, new ObjectBasicInformation(
                    (entry.Inherit ? (uint)ObjectFlags.Inherit : 0) | (entry.ProtectFromClose ? 1u : 0) | (value.IsPermanent ? (uint)ObjectFlags.Permanent : 0),
                    granted, (uint)value.HandleCount, (uint)value.HandleCount + 1));
            case NameInformation:
                return ReturnName(t, value.QueryName(), buffer, length, returnLength);
            case TypeInformation:
                return ReturnImage(t, buffer, length, returnLength, BuildType(value.Kind, buffer.Address), NtStatus.InfoLengthMismatch);
            case HandleFlagInformation:
                ushort flags = (ushort)((entry.Inherit ? 1 : 0) | (entry.ProtectFromClose ? 0x100 : 0));
                return QueryBuffer.Return(t, buffer, length, returnLength, flags);
            default:
                return NtStatus.InvalidInfoClass;
        }
    }

    [NtSyscall("NtSetInformationObject", Support.Full)]
    internal static NtStatus NtSetInformationObject(NtThread t, Handle handle, uint informationClass, GuestPointer buffer, uint length)
    {
        if (informationClass != HandleFlagInformation)
        {
            return NtStatus.InvalidInfoClass;
        }
        if (length != sizeof(ushort))
        {
            return NtStatus.InfoLengthMismatch;
        }
        return t.Memory.TryRead(buffer, out ushort flags)
            ? t.Process.Handles.SetFlags(handle, (flags & 0xff) != 0, flags >> 8 != 0)
            : NtStatus.AccessViolation;
    }

    [NtSyscall("NtMakeTemporaryObject", Support.Full)]
    internal static NtStatus NtMakeTemporaryObject(NtThread t, Handle handle)
    {
        NtStatus status = t.Reference(handle, AccessRights.Delete, out KernelObject value);
        if (status.IsSuccess)
        {
            value.IsPermanent = false;
        }
        return status;
    }

    private static NtStatus ReturnName(NtThread t, string? name, GuestPointer buffer, uint length, GuestPointer returnLength)
    {
        if (string.IsNullOrEmpty(name))
        {
            return ReturnImage(t, buffer, length, returnLength, new byte[NameHeaderSize], NtStatus.InfoLengthMismatch);
        }
        if (name.Length >= ushort.MaxValue / sizeof(char))
        {
            return NtStatus.NameTooLong;
        }
        byte[] image = new byte[NameHeaderSize + ((name.Length + 1) * sizeof(char))];
        PutString(image, 0, name, NameHeaderSize, buffer.Address);
        return ReturnImage(t, buffer, length, returnLength, image, length < NameHeaderSize ? NtStatus.InfoLengthMismatch : NtStatus.BufferOverflow);
    }

    private static NtStatus ReturnImage(NtThread t, GuestPointer buffer, uint length, GuestPointer returnLength, byte[] image, NtStatus tooShort)
    {
        if (!returnLength.IsNull && !t.Memory.TryWrite(returnLength, (uint)image.Length))
        {
            return NtStatus.AccessViolation;
        }
        if (length < image.Length)
        {
            return tooShort;
        }
        return t.Memory.TryWrite(buffer, image) ? NtStatus.Success : NtStatus.AccessViolation;
    }

    private static byte[] BuildTypes(ulong address)
    {
        // OBJECT_TYPES_INFORMATION: a count, then the types, each at a multiple of 8.
        List<byte> image = [.. BitConverter.GetBytes((ulong)ObjectKinds.All.Count)];
        foreach (ObjectKind kind in ObjectKinds.All)
        {
            image.AddRange(BuildType(kind, address + (ulong)image.Count));
            while (image.Count % 8 != 0)
            {
                image.Add(0);
            }
        }
        return [.. image];
    }

    private static byte[] BuildType(ObjectKind kind, ulong address)
    {
        // OBJECT_TYPE_INFORMATION of a 64-bit process; pool and object counts are not kept and read as 0.
        byte[] image = new byte[TypeHeaderSize + ((kind.Name.Length + 1) * sizeof(char))];
        PutString(image, 0, kind.Name, TypeHeaderSize, address);
        ReadOnlySpan<uint> access = [kind.GenericRead, kind.GenericWrite, kind.GenericExecute, kind.AllAccess, kind.AllAccess];
        MemoryMarshal.AsBytes(access).CopyTo(image.AsSpan(68));
        image[90] = kind.Index;
        return image;
    }

    private static void PutString(byte[] image, int header, string value, int text, ulong address)
    {
        int bytes = Encoding.Unicode.GetBytes(value, image.AsSpan(text));
        BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(header), (ushort)bytes);
        BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(header + 2), (ushort)(bytes + sizeof(char)));
        BinaryPrimitives.WriteUInt64LittleEndian(image.AsSpan(header + 8), address + (ulong)text);
    }
}
