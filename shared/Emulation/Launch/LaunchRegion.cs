using PortableVirt.Emulation.Memory;

namespace PortableVirt.Emulation.Launch;

/// <summary>A region of a launch image: what NT calls a VAD.</summary>
public sealed record LaunchRegion
{
    /// <summary>First address, a multiple of 4 KiB.</summary>
    public required ulong Start { get; init; }

    /// <summary>Pages of 4 KiB.</summary>
    public required long PageCount { get; init; }

    /// <summary>MEM_PRIVATE, MEM_MAPPED or MEM_IMAGE.</summary>
    public required uint Type { get; init; }

    /// <summary>Protection given when the region was made.</summary>
    public required uint AllocationProtect { get; init; }

    /// <summary>True for a placeholder.</summary>
    public bool IsPlaceholder { get; init; }

    /// <summary>What stands behind it.</summary>
    public LaunchSource Source { get; init; }

    /// <summary>Name of the file, empty for private memory and the api set map.</summary>
    public string FileName { get; init; } = "";

    /// <summary>Layout of an image, without the extension that our own system library adds: its pages are stored.</summary>
    public ImageLayout? Layout { get; init; }

    /// <summary>Runs of equal protection: first page of the run, PAGE_ protection or 0. Ascending; the first starts at 0.</summary>
    public required IReadOnlyList<(long Page, uint State)> Runs { get; init; }

    /// <summary>First address behind.</summary>
    public ulong End => Start + ((ulong)PageCount << 12);

    /// <summary>Protection of a page, 0 when it is not committed.</summary>
    public uint StateAt(long page)
    {
        uint state = 0;
        foreach ((long first, uint value) in Runs)
        {
            if (first > page)
            {
                break;
            }
            state = value;
        }
        return state;
    }
}
