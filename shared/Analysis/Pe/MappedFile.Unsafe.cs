using System.Buffers;
using System.IO.MemoryMappedFiles;

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

    private MappedFile(FileStream stream)
    {
        FileLength = stream.Length;
        _length = (int)Math.Min(FileLength, int.MaxValue);
        if (_length != 0)
        {
            _file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
            _view = _file.CreateViewAccessor(0, _length, MemoryMappedFileAccess.Read);
            _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _pointer);
            _pointer += _view.PointerOffset;
        }
    }

    /// <summary>Length of the file in bytes.</summary>
    public long FileLength { get; }

    /// <summary>Maps a file. Throws what <see cref="FileStream"/> throws: the file is missing or must not be read.</summary>
    public static MappedFile Open(string path)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0);
        return new MappedFile(stream);
    }

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
