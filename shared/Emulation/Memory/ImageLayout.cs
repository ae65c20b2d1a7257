using PortableVirt.Analysis.Pe;

namespace PortableVirt.Emulation.Memory;

/// <summary>What mapping an executable image needs to know of its headers.</summary>
public sealed record ImageLayout
{
    /// <summary>Name of a section in an image of a package that stands for pages that were left out.</summary>
    public const string AbsentSection = ".pvgap";

    /// <summary>Preferred address.</summary>
    public required ulong ImageBase { get; init; }

    /// <summary>Size in memory, bytes.</summary>
    public required ulong SizeOfImage { get; init; }

    /// <summary>RVA of the entry point, 0 for none.</summary>
    public required uint EntryPoint { get; init; }

    /// <summary>Stack to reserve for the first thread, bytes.</summary>
    public required ulong StackReserve { get; init; }

    /// <summary>Stack to commit, bytes.</summary>
    public required ulong StackCommit { get; init; }

    /// <summary>IMAGE_FILE_MACHINE_.</summary>
    public required ushort Machine { get; init; }

    /// <summary>IMAGE_SUBSYSTEM_.</summary>
    public required ushort Subsystem { get; init; }

    /// <summary>Subsystem version, major in the high word.</summary>
    public required uint SubsystemVersion { get; init; }

    /// <summary>IMAGE_FILE_ characteristics.</summary>
    public required ushort Characteristics { get; init; }

    /// <summary>IMAGE_DLLCHARACTERISTICS_.</summary>
    public required ushort DllCharacteristics { get; init; }

    /// <summary>OptionalHeader.CheckSum.</summary>
    public required uint CheckSum { get; init; }

    /// <summary>1 for an image with a .NET header, else 0.</summary>
    public uint LoaderFlags { get; init; }

    /// <summary>Length of the file.</summary>
    public required uint FileSize { get; init; }

    /// <summary>True when any of it can be executed; false for files that carry data or resources only.</summary>
    public bool ContainsCode { get; init; } = true;

    /// <summary>What SECTION_IMAGE_INFORMATION says of it beyond the headers.</summary>
    public ImageFlags Flags { get; init; }

    /// <summary>Headers and sections by address.</summary>
    public required IReadOnlyList<PePiece> Pieces { get; init; }

    /// <summary>True when every piece can be mapped from the file as it is.</summary>
    public required bool IsMappable { get; init; }

    /// <summary>True when sections of the name <see cref="AbsentSection"/> stand for pages that were left out of a package.</summary>
    public bool HasAbsentPages { get; init; }

    /// <summary>Pages that come from elsewhere than the file, or null.</summary>
    public ImageExtension? Extension { get; init; }

    /// <summary>True when a section stands for pages that were left out, whether or not <see cref="HasAbsentPages"/> says that it counts.</summary>
    internal bool IsReduced => Pieces.Any(IsAbsent);

    /// <summary>A flag a page, true for pages that were left out; null when none was.</summary>
    internal bool[]? AbsentPages()
    {
        if (!HasAbsentPages || !IsReduced)
        {
            return null;
        }
        bool[] absent = new bool[(SizeOfImage + 0xfff) >> 12];
        foreach (PePiece piece in Pieces.Where(IsAbsent))
        {
            absent.AsSpan((int)(piece.Rva >> 12), (int)Math.Min(piece.VirtualSize >> 12, absent.Length - (piece.Rva >> 12))).Fill(true);
        }
        return absent;
    }

    private static bool IsAbsent(PePiece piece) => piece.FileLength == 0 && piece.Name == AbsentSection;
}
