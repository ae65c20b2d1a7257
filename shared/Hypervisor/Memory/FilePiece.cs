using Microsoft.Win32.SafeHandles;

namespace PortableVirt.Hypervisor;

/// <summary>One piece of a file inside a composite <see cref="FileSlot"/>.</summary>
/// <param name="File">The open file; it may be closed once the slot is made.</param>
/// <param name="Offset">Byte offset in the file, a multiple of 4096.</param>
/// <param name="Length">Bytes, at least 1; rounded up to whole pages. The rest of the last page holds what the file has there, zero after its end.</param>
/// <param name="PageIndex">Page of the slot at which the piece starts.</param>
/// <param name="Mapping">Private or shared.</param>
public readonly record struct FilePiece(SafeFileHandle File, long Offset, ulong Length, int PageIndex, FileMapping Mapping);
