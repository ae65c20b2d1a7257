using PortableVirt.Emulation.Objects;

namespace PortableVirt.Emulation.Io.Disk;

/// <summary>
/// Opens files by their ids (FILE_OPEN_BY_FILE_ID). Ids are 8 bytes (FileInternalInformation), or 16: a FILE_ID_128 (FileIdInformation), or the object
/// id that FSCTL_GET_OBJECT_ID gives.
/// </summary>
internal static class FileIdOpener
{
    private const int CharactersOfId = 4, CharactersOfLongId = 8;

    /// <summary>
    /// Opens a file by its id. The root is any file of the volume and the name the bytes of the id; without a root the name of the volume stands before
    /// it (\??\C:\ and the bytes). STATUS_INVALID_PARAMETER when the volume has no such file, as NTFS says; STATUS_INSUFFICIENT_RESOURCES when the
    /// volume is too big to tell.
    /// </summary>
    public static NtStatus Open(Executive executive, in FileCreateRequest request, KernelObject? root, string name, out FileObject file, out ulong information)
    {
        file = null!;
        information = 0;
        if (request.Disposition is not (FileDisposition.Open or FileDisposition.OpenIf) || !TryFindVolume(executive, root, name, out Volume volume, out string idText)
            || !TryReadId(idText, out ulong id))
        {
            return NtStatus.InvalidParameter;
        }
        // libwine's OpenFileById asks for FILE_OPEN_IF.
        FileCreateRequest byPath = request with { Disposition = FileDisposition.Open, Options = request.Options & ~FileOptions.OpenByFileId };
        NtStatus status = NtStatus.InvalidParameter;
        if (executive.Io.ControlBlocks.TryFindById(id, volume, out string path) && volume.FileIds.IsAt(path, id))
        {
            status = OpenAt(volume, byPath, id, path, out file, out information);
        }
        if (status == NtStatus.InvalidParameter)
        {
            status = volume.FileIds.Find(request.Thread, id, out path);
            status = status.IsSuccess ? OpenAt(volume, byPath, id, path, out file, out information) : status;
        }
        return status;
    }

    private static NtStatus OpenAt(Volume volume, in FileCreateRequest request, ulong id, string path, out FileObject file, out ulong information)
    {
        NtStatus status = volume.Open(request, path.Replace('/', '\\'), out file, out information);
        if (!status.IsSuccess || !file.QueryMetadata(out FileMetadata metadata).IsSuccess || metadata.FileId == id || volume.FileIds.IsAt(path, id))
        {
            return status;
        }
        // Another file has the name now.
        file.AddHandle();
        file.RemoveHandle(request.Thread.Process);
        return NtStatus.InvalidParameter;
    }

    private static bool TryFindVolume(Executive executive, KernelObject? root, string name, out Volume volume, out string id)
    {
        id = name;
        volume = (root switch { DiskFile disk => disk.Volume, VirtualDirectoryFile folder => folder.Volume, _ => null })!;
        if (root is not null)
        {
            return volume is not null;
        }
        foreach (int length in (ReadOnlySpan<int>)[CharactersOfId, CharactersOfLongId])
        {
            if (name.Length > length && name[^(length + 1)] == '\\'
                && executive.Io.ResolveVolumePath(null, name[..^length], out volume, out string rest).IsSuccess && rest.Length == 0)
            {
                id = name[^length..];
                return true;
            }
        }
        return false;
    }

    private static bool TryReadId(string text, out ulong id)
    {
        id = 0;
        if (text.Length is not (CharactersOfId or CharactersOfLongId))
        {
            return false;
        }
        id = Quadword(text);
        ulong high = text.Length == CharactersOfLongId ? Quadword(text[CharactersOfId..]) : 0;
        if (high != 0)
        {
            id = DiskFile.KeyOfObjectId(id, high).FileId;
        }
        return true;
    }

    private static ulong Quadword(string text) => text[0] | ((ulong)text[1] << 16) | ((ulong)text[2] << 32) | ((ulong)text[3] << 48);
}
