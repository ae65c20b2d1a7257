using System.Buffers;
using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace PortableVirt.Analysis.Pe;

/// <summary>
/// A file's first 2 GiB mapped read-only as memory. Nothing is read before it is touched. Shortening the file while it is mapped ends the
/// process with SIGBUS when the lost part is touched (mmap(2)); callers map files that the program cannot change, or read them instead.
/// </summary>
public sealed unsafe class MappedFile : MemoryManager<byte>
{
    private readonly MemoryMappedFile? _file;
    private readonly MemoryMappedViewAccessor? _view;
    private readonly int _length;
    private byte* _pointer;

    private MappedFile(SafeFileHandle handle, long offset, long length)
    {
        FileLength = length;
        _length = (int)Math.Min(FileLength, int.MaxValue);
        if (_length != 0)
        {
            _file = MemoryMappedFile.CreateFromFile(handle, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            _view = _file.CreateViewAccessor(offset, _length, MemoryMappedFileAccess.Read);
            _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _pointer);
            _pointer += _view.PointerOffset;
        }
    }

    /// <summary>Length of the file in bytes.</summary>
    public long FileLength { get; }

    /// <summary>Maps a file. Throws what <see cref="File.OpenHandle"/> throws: the file is missing or must not be read.</summary>
    public static MappedFile Open(string path)
    {
        using SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return Open(handle);
    }

    /// <summary>Maps an open file, which stays open and is not kept.</summary>
    public static MappedFile Open(SafeFileHandle file) => new(file, 0, RandomAccess.GetLength(file));

    /// <summary>Maps a part of an open file, which stays open and is not kept.</summary>
    public static MappedFile Open(FileExtent file) => new(file.File, file.Offset, file.Length);

    /// <inheritdoc/>
    public override Span<byte> GetSpan() => new(_pointer, _pointer is null ? 0 : _length);

    /// <inheritdoc/>
    public override MemoryHandle Pin(int elementIndex = 0) => new(_pointer + elementIndex);

    /// <inheritdoc/>
    public override void Unpin()
    {
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (_pointer is not null)
        {
            _pointer = null;
            _view!.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
            _file!.Dispose();
        }
    }
}
