using PortableVirt.Emulation.Abi;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.SystemInfo;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Registry;

/// <summary>System calls that open, make, list and delete keys.</summary>
internal static class KeyCalls
{
    private const uint OptionVolatile = 0x1;
    private const uint OptionCreateLink = 0x2;
    private const uint OptionOpenLink = 0x8;
    private const uint KnownOptions = 0x1f;
    private const uint CreatedNew = 1;
    private const uint OpenedExisting = 2;

    [NtSyscall("NtCreateKey", Support.Full)]
    internal static NtStatus NtCreateKey(NtThread t, GuestPointer handle, uint access, GuestPointer objectAttributes, uint titleIndex, GuestPointer keyClass, uint options, GuestPointer disposition)
    {
        if ((options & ~KnownOptions) != 0)
        {
            return NtStatus.InvalidParameter;
        }
        NtStatus status = ReadPath(t, objectAttributes, out KeyNode start, out string path, out NtObjectAttributes attributes);
        if (!status.IsSuccess)
        {
            return status;
        }
        UnicodeString64 classHeader = default;
        string classText = "";
        if (!keyClass.IsNull && (!t.Memory.TryRead(keyClass, out classHeader) || !t.Memory.TryReadUtf16(new GuestPointer(classHeader.Buffer), classHeader.Length, out classText)))
        {
            return NtStatus.AccessViolation;
        }
        KeyLookup lookup = Lookup(access, attributes, options);
        if ((options & OptionCreateLink) != 0)
        {
            lookup |= KeyLookup.OpenLink;
        }
        RegistryTree registry = t.Executive.Registry;
        lock (registry.Lock)
        {
            status = registry.Create(start, path, lookup, (options & OptionVolatile) != 0, out KeyNode? node, out bool created);
            if (!status.IsSuccess)
            {
                return status;
            }
            if (created)
            {
                node!.IsLink = (options & OptionCreateLink) != 0;
                node.Class = classText.Length == 0 ? null : classText;
            }
            else if ((options & OptionCreateLink) != 0)
            {
                return NtStatus.ObjectNameCollision;
            }
            if (!disposition.IsNull && !t.Memory.TryWrite(disposition, created ? CreatedNew : OpenedExisting))
            {
                return NtStatus.AccessViolation;
            }
            return ReturnKey(t, handle, node!, access, attributes.Flags);
        }
    }

    [NtSyscall("NtOpenKey", Support.Full)]
    internal static NtStatus NtOpenKey(NtThread t, GuestPointer handle, uint access, GuestPointer objectAttributes) =>
        NtOpenKeyEx(t, handle, access, objectAttributes, 0);

    [NtSyscall("NtOpenKeyEx", Support.Full)]
    internal static NtStatus NtOpenKeyEx(NtThread t, GuestPointer handle, uint access, GuestPointer objectAttributes, uint options)
    {
        if ((options & ~KnownOptions) != 0)
        {
            return NtStatus.InvalidParameter;
        }
        NtStatus status = ReadPath(t, objectAttributes, out KeyNode start, out string path, out NtObjectAttributes attributes);
        if (!status.IsSuccess)
        {
            return status;
        }
        RegistryTree registry = t.Executive.Registry;
        lock (registry.Lock)
        {
            status = registry.Open(start, path, Lookup(access, attributes, options), out KeyNode? node);
            if (!status.IsSuccess)
            {
                t.Executive.Recorder?.NoteKey($@"{start.Path}\{path}", status);
            }
            return status.IsSuccess ? ReturnKey(t, handle, node!, access, attributes.Flags) : status;
        }
    }

    [NtSyscall("NtDeleteKey", Support.Full)]
    internal static NtStatus NtDeleteKey(NtThread t, Handle key)
    {
        NtStatus status = t.Reference(key, KeyAccess.Delete, out KeyObject found);
        if (!status.IsSuccess)
        {
            return status;
        }
        lock (t.Executive.Registry.Lock)
        {
            return t.Executive.Registry.Delete(found.Node);
        }
    }

    [NtSyscall("NtRenameKey", Support.Full)]
    internal static NtStatus NtRenameKey(NtThread t, Handle key, GuestPointer newName)
    {
        if (newName.IsNull || !t.Memory.TryReadUnicodeString(newName, out string name))
        {
            return NtStatus.AccessViolation;
        }
        NtStatus status = t.Reference(key, KeyAccess.SetValue, out KeyObject found);
        if (!status.IsSuccess)
        {
            return status;
        }
        lock (t.Executive.Registry.Lock)
        {
            return t.Executive.Registry.Rename(found.Node, name);
        }
    }

    [NtSyscall("NtEnumerateKey", Support.Full)]
    internal static NtStatus NtEnumerateKey(NtThread t, Handle key, uint index, uint informationClass, GuestPointer buffer, uint length, GuestPointer resultLength)
    {
        if (informationClass > 3)
        {
            return NtStatus.InvalidParameter;
        }
        NtStatus status = t.Reference(key, KeyAccess.EnumerateSubKeys, out KeyObject found);
        if (!status.IsSuccess)
        {
            return status;
        }
        InformationBuilder? result;
        int fixedLength;
        lock (t.Executive.Registry.Lock)
        {
            if (found.Node.IsDeleted)
            {
                return NtStatus.KeyDeleted;
            }
            if (index >= (uint)found.Node.ChildCount)
            {
                return NtStatus.NoMoreEntries;
            }
            result = KeyInformation.Build(found.Node.Children[(int)index], informationClass, out fixedLength);
        }
        return InformationResult.Partial(t, result!.Data, fixedLength, buffer, length, resultLength);
    }

    [NtSyscall("NtQueryKey", Support.Full)]
    internal static NtStatus NtQueryKey(NtThread t, Handle key, uint informationClass, GuestPointer buffer, uint length, GuestPointer resultLength)
    {
        const uint nameInformation = 3, handleTags = 7;
        uint access = informationClass is nameInformation or handleTags ? 0 : KeyAccess.QueryValue;
        NtStatus status = t.Reference(key, access, out KeyObject found);
        if (!status.IsSuccess)
        {
            return status;
        }
        InformationBuilder? result;
        int fixedLength;
        lock (t.Executive.Registry.Lock)
        {
            if (found.Node.IsDeleted)
            {
                return NtStatus.KeyDeleted;
            }
            result = KeyInformation.Build(found.Node, informationClass, out fixedLength);
        }
        return result is null ? NtStatus.InvalidParameter : InformationResult.Partial(t, result.Data, fixedLength, buffer, length, resultLength);
    }

    [NtSyscall("NtSetInformationKey", Support.Full)]
    internal static NtStatus NtSetInformationKey(NtThread t, Handle key, uint informationClass, GuestPointer buffer, uint length)
    {
        const uint writeTime = 0, wow64Flags = 1, controlFlags = 2, virtualization = 3, handleTags = 5;
        NtStatus status = t.Reference(key, KeyAccess.SetValue, out KeyObject found);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (informationClass is not (writeTime or wow64Flags or controlFlags or virtualization or handleTags))
        {
            return NtStatus.InvalidInfoClass;
        }
        if (length != (informationClass == writeTime ? 8u : 4u))
        {
            return NtStatus.InfoLengthMismatch;
        }
        Span<byte> data = stackalloc byte[8];
        data.Clear();
        if (!t.Memory.TryRead(buffer, data[..(int)length]))
        {
            return NtStatus.AccessViolation;
        }
        long value = BitConverter.ToInt64(data);
        lock (t.Executive.Registry.Lock)
        {
            KeyNode node = found.Node;
            if (node.IsDeleted)
            {
                return NtStatus.KeyDeleted;
            }
            switch (informationClass)
            {
                case writeTime:
                    node.LastWriteTime = value;
                    break;
                case wow64Flags:
                    node.Wow64Flags = (uint)value;
                    break;
                case controlFlags:
                    node.ControlFlags = (uint)value;
                    break;
            }
        }
        return NtStatus.Success;
    }

    /// <summary>Reads the attributes of a key call: the key to start from and the path below it.</summary>
    internal static NtStatus ReadPath(NtThread t, GuestPointer objectAttributes, out KeyNode start, out string path, out NtObjectAttributes attributes)
    {
        RegistryTree registry = t.Executive.Registry;
        start = registry.Root;
        path = "";
        if (objectAttributes.IsNull)
        {
            attributes = default;
            return NtStatus.AccessViolation;
        }
        NtStatus status = NtObjectAttributes.Read(t, objectAttributes, out attributes);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (attributes.Root is KeyObject key)
        {
            start = key.Node;
            path = attributes.Name ?? "";
            return NtStatus.Success;
        }
        if (attributes.Root is not (null or DirectoryObject))
        {
            return NtStatus.ObjectTypeMismatch;
        }
        string name = attributes.Name ?? "";
        if (attributes.Root is null && RegistryTree.TryStripRoot(name, out string? rest))
        {
            path = rest;
            return NtStatus.Success;
        }
        status = t.Executive.Namespace.Lookup((DirectoryObject?)attributes.Root, name, ignoreCase: true, out KernelObject? found, out path);
        if (!status.IsSuccess)
        {
            return status;
        }
        if (found is not KeyObject root)
        {
            return NtStatus.ObjectTypeMismatch;
        }
        start = root.Node;
        return NtStatus.Success;
    }

    internal static KeyLookup Lookup(uint access, in NtObjectAttributes attributes, uint options) =>
        ((options & OptionOpenLink) != 0 || attributes.Flags.HasFlag(ObjectFlags.OpenLink) ? KeyLookup.OpenLink : KeyLookup.Default)
        | ((access & KeyAccess.Wow64View32) != 0 ? KeyLookup.View32 : KeyLookup.Default);

    private static NtStatus ReturnKey(NtThread t, GuestPointer handle, KeyNode node, uint access, ObjectFlags flags)
    {
        access &= ~(KeyAccess.Wow64View32 | KeyAccess.Wow64View64);
        t.Executive.Recorder?.NoteKey(node.Path, NtStatus.Success);
        return access == 0 ? NtStatus.AccessDenied : t.ReturnHandle(handle, new KeyObject(t.Executive.Registry, node), access, flags);
    }
}
