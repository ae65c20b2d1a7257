namespace PortableVirt.Emulation.Io.Disk;

/// <summary>Extended attributes.</summary>
internal sealed partial class DiskFile
{
    /// <summary>Index of the attribute that the next NtQueryEaFile of this file object begins with.</summary>
    internal int NextEa { get; set; }

    /// <inheritdoc/>
    internal override uint QueryEaSize() => IsLink ? 0 : StoredEas.Size(Handle);

    /// <summary>The file's attributes. STATUS_EAS_NOT_SUPPORTED, STATUS_EA_CORRUPT_ERROR.</summary>
    internal NtStatus LoadEas(out List<ExtendedAttribute> attributes)
    {
        attributes = [];
        return IsLink ? NtStatus.EasNotSupported : StoredEas.Load(Handle, out attributes);
    }

    /// <summary>
    /// Sets attributes, one after the other: a new value goes to the end of the list, an empty one removes the attribute. All of them or none.
    /// STATUS_EA_TOO_LARGE, STATUS_EAS_NOT_SUPPORTED, STATUS_ACCESS_DENIED.
    /// </summary>
    /// <param name="replacesAll">The old ones go: the file is new or overwritten.</param>
    internal NtStatus SetEas(IReadOnlyList<ExtendedAttribute> changes, bool replacesAll)
    {
        if (Location.ReadOnly)
        {
            return NtStatus.AccessDenied;
        }
        lock (Block.EaLock)
        {
            List<ExtendedAttribute> attributes = [];
            NtStatus status = replacesAll ? NtStatus.Success : LoadEas(out attributes);
            if (!status.IsSuccess || IsLink)
            {
                return IsLink ? NtStatus.EasNotSupported : status;
            }
            foreach (ExtendedAttribute change in changes)
            {
                attributes.RemoveAll(a => a.Name == change.Name);
                if (change.Value.Length != 0)
                {
                    attributes.Add(change);
                }
            }
            return StoredEas.Save(Handle, attributes);
        }
    }
}
