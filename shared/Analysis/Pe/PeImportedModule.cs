namespace PortableVirt.Analysis.Pe;

/// <summary>A DLL that an image imports from.</summary>
/// <param name="image">The importing image.</param>
/// <param name="name">Name as it stands in the file.</param>
/// <param name="isDelayed">True when the DLL is loaded at the first call.</param>
/// <param name="lookupRva">Address of the names (import lookup table).</param>
/// <param name="addressRva">Address of the import address table.</param>
public sealed class PeImportedModule(PeImage image, string name, bool isDelayed, uint lookupRva, uint addressRva)
{
    /// <summary>Most functions that are read from one DLL.</summary>
    public const int Limit = 0x10000;

    private const int LongestName = 4096;

    /// <summary>Name as it stands in the file.</summary>
    public string Name { get; } = name;

    /// <summary>True when the DLL is loaded at the first call (delayed import).</summary>
    public bool IsDelayed { get; } = isDelayed;

    /// <summary>Address of the import address table.</summary>
    public uint AddressRva { get; } = addressRva;

    /// <summary>The functions, read as they are asked for; ends at the first damaged entry.</summary>
    public IEnumerable<PeImport> Functions
    {
        get
        {
            bool wide = image.Headers.IsPe32Plus;
            uint size = wide ? 8u : 4u;
            ulong byOrdinal = wide ? 1ul << 63 : 1ul << 31;
            for (uint i = 0; i < Limit && image.TryReadPointer(lookupRva + (i * size), out ulong entry) && entry != 0; i++)
            {
                uint slot = AddressRva + (i * size);
                if ((entry & byOrdinal) != 0)
                {
                    yield return new PeImport(null, (ushort)entry, slot);
                }
                else if (entry <= int.MaxValue && image.TryReadUInt16((uint)entry, out ushort hint) && image.TryReadString((uint)entry + 2, LongestName, out string? name))
                {
                    yield return new PeImport(name, hint, slot);
                }
                else
                {
                    yield break;
                }
            }
        }
    }
}
