using PortableVirt.Emulation.Io.Disk;

namespace PortableVirt.Emulation.Io.Calls;

/// <summary>The entry structures of NtQueryDirectoryFile (ntifs.h). No short (8.3) names are made, as on volumes without them.</summary>
internal static class DirectoryEntry
{
    /// <summary>Offset of the name in an entry; 0 for classes that are no directory classes.</summary>
    public static int NameOffset(FileInformationClass informationClass) => informationClass switch
    {
        FileInformationClass.Directory => 64,
        FileInformationClass.FullDirectory => 68,
        FileInformationClass.BothDirectory => 94,
        FileInformationClass.Names => 12,
        FileInformationClass.IdBothDirectory => 104,
        FileInformationClass.IdFullDirectory => 80,
        FileInformationClass.IdExtdDirectory => 88,
        FileInformationClass.IdExtdBothDirectory => 114,
        _ => 0,
    };

    /// <summary>Writes one entry; NextEntryOffset stays 0.</summary>
    public static void Write(FileInformationClass informationClass, string name, in FileMetadata metadata, ref InformationBuffer buffer)
    {
        buffer.Add(0u);
        buffer.Add(0u);
        if (informationClass != FileInformationClass.Names)
        {
            FileInformation.WriteTimes(metadata, ref buffer);
            buffer.Add(metadata.EndOfFile);
            buffer.Add(metadata.AllocationSize);
            buffer.Add(FileInformation.ShownAttributes(metadata));
        }
        buffer.Add((uint)name.Length * 2);
        switch (informationClass)
        {
            case FileInformationClass.FullDirectory:
            case FileInformationClass.BothDirectory:
                buffer.Add(EaSizeOrTag(metadata));
                break;
            case FileInformationClass.IdBothDirectory:
                buffer.Add(EaSizeOrTag(metadata));
                buffer.Seek(96);
                buffer.Add(metadata.FileId);
                break;
            case FileInformationClass.IdFullDirectory:
                buffer.Add(EaSizeOrTag(metadata));
                buffer.Seek(72);
                buffer.Add(metadata.FileId);
                break;
            case FileInformationClass.IdExtdDirectory:
            case FileInformationClass.IdExtdBothDirectory:
                buffer.Add(metadata.EaSize);
                buffer.Add(metadata.ReparseTag);
                buffer.Add(metadata.FileId);
                buffer.Add(0ul);
                break;
        }
        buffer.Seek(NameOffset(informationClass));
        buffer.Add(name);
    }

    /// <summary>Classes without a field for the reparse tag show it in that of the attributes' size.</summary>
    private static uint EaSizeOrTag(in FileMetadata metadata) => metadata.ReparseTag != 0 ? metadata.ReparseTag : metadata.EaSize;
}
