using System.Runtime.InteropServices;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.SystemInfo;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Registry;

/// <summary>System calls on the values of a key.</summary>
internal static class ValueCalls
{
    private const int MaximumDataLength = 64 << 20;
    private const int MaximumQueriedValues = 0x10000;

    [NtSyscall("NtQueryValueKey", Support.Full)]
    internal static NtStatus NtQueryValueKey(NtThread t, Handle key, GuestPointer valueName, uint informationClass, GuestPointer buffer, uint length, GuestPointer resultLength)
    {
        if (informationClass > 4)
        {
            return NtStatus.InvalidParameter;
        }
        NtStatus status = ReferenceWithName(t, key, KeyAccess.QueryValue, valueName, out KeyObject found, out string name);
        if (!status.IsSuccess)
        {
            return status;
        }
        KeyValue? value;
        lock (t.Executive.Registry.Lock)
        {
            if (found.Node.IsDeleted)
            {
                return NtStatus.KeyDeleted;
            }
            bool exists = found.Node.TryGetValue(name, out value);
            t.Executive.Recorder?.NoteValue(found.Node.Path, name, exists);
            if (!exists)
            {
                return NtStatus.ObjectNameNotFound;
            }
        }
        InformationBuilder result = KeyValueInformation.Build(value!, informationClass, out int fixedLength)!;
        return InformationResult.Partial(t, result.Data, fixedLength, buffer, length, resultLength);
    }

    [NtSyscall("NtEnumerateValueKey", Support.Full)]
    internal static NtStatus NtEnumerateValueKey(NtThread t, Handle key, uint index, uint informationClass, GuestPointer buffer, uint length, GuestPointer resultLength)
    {
        if (informationClass > 4)
        {
            return NtStatus.InvalidParameter;
        }
        NtStatus status = t.Reference(key, KeyAccess.QueryValue, out KeyObject found);
        if (!status.IsSuccess)
        {
            return status;
        }
        KeyValue value;
        lock (t.Executive.Registry.Lock)
        {
            if (found.Node.IsDeleted)
            {
                return NtStatus.KeyDeleted;
            }
            if (index >= (uint)found.Node.ValueCount)
            {
                return NtStatus.NoMoreEntries;
            }
            value = found.Node.Values[(int)index];
        }
        InformationBuilder result = KeyValueInformation.Build(value, informationClass, out int fixedLength)!;
        return InformationResult.Partial(t, result.Data, fixedLength, buffer, length, resultLength);
    }

    [NtSyscall("NtSetValueKey", Support.Full)]
    internal static NtStatus NtSetValueKey(NtThread t, Handle key, GuestPointer valueName, uint titleIndex, uint type, GuestPointer data, uint length)
    {
        NtStatus status = ReferenceWithName(t, key, KeyAccess.SetValue, valueName, out KeyObject found, out string name);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (name.Length > KeyValue.MaximumNameLength)
        {
            return NtStatus.InvalidParameter;
        }
        if (length > MaximumDataLength)
        {
            return NtStatus.InsufficientResources;
        }
        if (!t.Memory.CanRead(data, length))
        {
            return NtStatus.AccessViolation;
        }
        byte[] bytes = new byte[length];
        if (length != 0 && !t.Memory.TryRead(data, bytes))
        {
            return NtStatus.AccessViolation;
        }
        RegistryTree registry = t.Executive.Registry;
        lock (registry.Lock)
        {
            if (found.Node.IsDeleted)
            {
                return NtStatus.KeyDeleted;
            }
            if (found.Node.IsLink && ((RegistryValueType)type != RegistryValueType.Link || !name.Equals(RegistryTree.LinkValueName, StringComparison.OrdinalIgnoreCase)))
            {
                return NtStatus.AccessDenied;
            }
            registry.SetValue(found.Node, name, (RegistryValueType)type, bytes);
        }
        return NtStatus.Success;
    }

    [NtSyscall("NtDeleteValueKey", Support.Full)]
    internal static NtStatus NtDeleteValueKey(NtThread t, Handle key, GuestPointer valueName)
    {
        NtStatus status = ReferenceWithName(t, key, KeyAccess.SetValue, valueName, out KeyObject found, out string name);
        if (!status.IsSuccess)
        {
            return status;
        }
        lock (t.Executive.Registry.Lock)
        {
            return found.Node.IsDeleted ? NtStatus.KeyDeleted : t.Executive.Registry.DeleteValue(found.Node, name);
        }
    }

    [NtSyscall("NtQueryMultipleValueKey", Support.Full)]
    internal static NtStatus NtQueryMultipleValueKey(NtThread t, Handle key, GuestPointer entries, uint count, GuestPointer buffer, GuestPointer bufferLength, GuestPointer requiredLength)
    {
        NtStatus status = t.Reference(key, KeyAccess.QueryValue, out KeyObject found);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (count > MaximumQueriedValues)
        {
            return NtStatus.InsufficientResources;
        }
        if (!t.Memory.TryRead(bufferLength, out uint available) || !t.Memory.TryReadArray(entries, count, MaximumQueriedValues, out KeyValueEntry64[] list))
        {
            return NtStatus.AccessViolation;
        }
        string[] names = new string[list.Length];
        for (int i = 0; i < names.Length; i++)
        {
            if (!t.Memory.TryReadUnicodeString(new GuestPointer(list[i].ValueName), out names[i]))
            {
                return NtStatus.AccessViolation;
            }
        }
        InformationBuilder result = new();
        lock (t.Executive.Registry.Lock)
        {
            if (found.Node.IsDeleted)
            {
                return NtStatus.KeyDeleted;
            }
            for (int i = 0; i < names.Length; i++)
            {
                if (!found.Node.TryGetValue(names[i], out KeyValue? value))
                {
                    return NtStatus.ObjectNameNotFound;
                }
                list[i].DataOffset = (uint)result.Align(4);
                list[i].DataLength = (uint)value.Data.Length;
                list[i].Type = (uint)value.Type;
                if (result.Length <= MaximumDataLength)
                {
                    result.Bytes(value.Data);
                }
            }
        }
        bool fits = result.Length <= available;
        bool written = (!fits || t.Memory.TryWrite(buffer, result.Data))
            && t.Memory.TryWrite(entries, MemoryMarshal.AsBytes(list.AsSpan()))
            && t.Memory.TryWrite(bufferLength, (uint)result.Length)
            && (requiredLength.IsNull || t.Memory.TryWrite(requiredLength, (uint)result.Length));
        return !written ? NtStatus.AccessViolation : fits ? NtStatus.Success : NtStatus.BufferOverflow;
    }

    private static NtStatus ReferenceWithName(NtThread t, Handle key, uint access, GuestPointer valueName, out KeyObject found, out string name)
    {
        found = null!;
        return t.Memory.TryReadUnicodeString(valueName, out name) ? t.Reference(key, access, out found) : NtStatus.AccessViolation;
    }
}
