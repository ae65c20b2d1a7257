using Microsoft.Win32.SafeHandles;

namespace PortableVirt.Analysis.Pe;

/// <summary>A run of bytes of an open host file that is used as a file of its own: a whole file, or a member of a package.</summary>
/// <param name="file">The host file; whoever disposes of the extent closes it.</param>
/// <param name="offset">Where it starts, in bytes; a multiple of 4096 where it is to be mapped.</param>
/// <param name="length">Bytes.</param>
/// <param name="isWhole">It is a whole file, which may grow.</param>
public sealed class FileExtent(SafeFileHandle file, long offset, long length, bool isWhole = false) : IDisposable
{
    /// <summary>The host file.</summary>
    public SafeFileHandle File { get; } = file;

    /// <summary>Where it starts in the host file, in bytes.</summary>
    public long Offset { get; } = offset;

    /// <summary>Bytes when it was opened.</summary>
    public long Length { get; } = length;

    /// <summary>True for a whole file, which may have been changed, false for a part of a package.</summary>
    public bool IsWhole => isWhole;

    /// <summary>Bytes now.</summary>
    public long CurrentLength => isWhole ? RandomAccess.GetLength(File) : Length;

    /// <summary>All of an open file.</summary>
    public static FileExtent Whole(SafeFileHandle file) => new(file, 0, RandomAccess.GetLength(file), isWhole: true);

    /// <summary>Opens a whole file; null when it does not exist or must not be read.</summary>
    public static FileExtent? TryOpen(string path)
    {
        try
        {
            return Whole(System.IO.File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Reads bytes at an offset of the extent, never behind its end; the count, 0 at the end. Throws <see cref="IOException"/>.</summary>
    public int Read(Span<byte> buffer, long offset)
    {
        long left = Length - offset;
        return offset < 0 || left <= 0 ? 0 : RandomAccess.Read(File, left < buffer.Length ? buffer[..(int)left] : buffer, Offset + offset);
    }

    /// <summary>All bytes. Throws <see cref="IOException"/>; <see cref="EndOfStreamException"/> when the host file is shorter.</summary>
    public byte[] ReadAll()
    {
        byte[] bytes = new byte[checked((int)Length)];
        int read;
        for (int done = 0; done < bytes.Length; done += read)
        {
            read = Read(bytes.AsSpan(done), done);
            if (read == 0)
            {
                throw new EndOfStreamException();
            }
        }
        return bytes;
    }

    /// <inheritdoc/>
    public void Dispose() => File.Dispose();
}
