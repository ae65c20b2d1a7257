namespace PortableVirt.Analysis.Pe;

/// <summary>A part of an image in memory.</summary>
/// <param name="Name">Section name; empty for the headers.</param>
/// <param name="Rva">Address relative to the base, a multiple of 4096.</param>
/// <param name="FileOffset">Where its bytes are in the file.</param>
/// <param name="FileLength">Bytes that come from the file (all of them exist); 0 for memory that is zero from the start.</param>
/// <param name="VirtualSize">Bytes in memory, a multiple of 4096; behind the file data they are zero.</param>
/// <param name="Protection">PAGE_ constant: NOACCESS 1, READONLY 2, READWRITE 4, WRITECOPY 8, EXECUTE 0x10, EXECUTE_READ 0x20, EXECUTE_READWRITE 0x40, EXECUTE_WRITECOPY 0x80.</param>
/// <param name="IsShared">True when all processes share one copy.</param>
/// <param name="IsDiscardable">True when the piece is not needed after loading.</param>
/// <param name="IsMappable">
/// True when the file's pages can be mapped as they are: the offset is a multiple of 4096, and what the file has between the end of the
/// data and the end of the page is zero or nothing.
/// </param>
public readonly record struct PePiece(
    string Name,
    uint Rva,
    uint FileOffset,
    uint FileLength,
    uint VirtualSize,
    uint Protection,
    bool IsShared,
    bool IsDiscardable,
    bool IsMappable);
