namespace PortableVirt.Emulation.Sockets.Nsi;

/// <summary>A table of the Network Store Interface. Layouts: wine/nsi.h of libwine 8.</summary>
/// <param name="KeySize">Length of a key in bytes.</param>
/// <param name="WritableSize">Length of the writable part.</param>
/// <param name="DynamicSize">Length of the dynamic part.</param>
/// <param name="StaticSize">Length of the static part.</param>
/// <param name="Rows">The rows, as they are now.</param>
internal sealed record NsiTable(int KeySize, int WritableSize, int DynamicSize, int StaticSize, IReadOnlyList<NsiRow> Rows)
{
    /// <summary>The row of a key; null when there is none.</summary>
    public NsiRow? Find(ReadOnlySpan<byte> key)
    {
        foreach (NsiRow row in Rows)
        {
            if (row.Key.AsSpan().SequenceEqual(key))
            {
                return row;
            }
        }
        return null;
    }

    /// <summary>A caller takes each part whole or not at all.</summary>
    public bool Accepts(uint key, uint writable, uint dynamic, uint fixedPart) =>
        IsWhole(key, KeySize) && IsWhole(writable, WritableSize) && IsWhole(dynamic, DynamicSize) && IsWhole(fixedPart, StaticSize);

    private static bool IsWhole(uint asked, int size) => asked == 0 || asked == (uint)size;
}
