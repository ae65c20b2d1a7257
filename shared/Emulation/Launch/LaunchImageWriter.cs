using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using PortableVirt.Analysis.Pe;
using PortableVirt.Emulation.Memory;
using PortableVirt.Kernel;

namespace PortableVirt.Emulation.Launch;

/// <summary>
/// Writes a launch image as a file: the description, rounded up to whole pages, and the stored pages behind it. All numbers are little-endian.
/// <code>
/// 0   "PVLAUNCH"
/// 8   u32 format version
/// 12  u32 bytes of the description, header and checksums included; a multiple of 4096
/// 16  u32 number of stored pages
/// 20  u32 CRC-32C of the description, computed with this field 0
/// 24  u32 CRC-32C of each stored page, then the fields of <see cref="LaunchImage"/>
/// </code>
/// </summary>
public sealed class LaunchImageWriter
{
    internal const int Version = 3;
    internal const int CrcOffset = 20;
    internal const int HeaderSize = 24;
    internal const int PageSize = 4096;
    private readonly MemoryStream _stream = new();

    internal static ReadOnlySpan<byte> Magic => "PVLAUNCH"u8;

    /// <summary>The file's bytes.</summary>
    /// <param name="image">The description.</param>
    /// <param name="stored">The stored pages, 4096 bytes each.</param>
    public static byte[] Write(LaunchImage image, IReadOnlyList<byte[]> stored)
    {
        LaunchImageWriter writer = new();
        foreach (byte[] page in stored)
        {
            writer.U32(Crc32C.Of(page));
        }
        writer.Put(image);
        byte[] body = writer._stream.ToArray();
        int head = (HeaderSize + body.Length + PageSize - 1) & ~(PageSize - 1);
        byte[] file = new byte[head + (stored.Count * PageSize)];
        Magic.CopyTo(file);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(8), Version);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(12), (uint)head);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(16), (uint)stored.Count);
        body.CopyTo(file, HeaderSize);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(CrcOffset), Crc32C.Of(file.AsSpan(0, head)));
        for (int i = 0; i < stored.Count; i++)
        {
            stored[i].CopyTo(file, head + (i * PageSize));
        }
        return file;
    }

    private void Put(LaunchImage image)
    {
        List(image.Inputs, input =>
        {
            Text(input.Name);
            Text(input.Value);
        });
        UserRegisters registers = image.Registers;
        _stream.Write(MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(ref registers, 1)));
        U32((uint)image.ExtendedState.Length);
        _stream.Write(image.ExtendedState);
        U32(image.ProcessId);
        U32(image.ThreadId);
        foreach (ulong value in (ReadOnlySpan<ulong>)[image.Peb, image.Teb, image.StackAllocation, image.StackBase, image.ImageBase, image.NtdllBase, image.Parameters, image.Environment])
        {
            U64(value);
        }
        U32((uint)image.EnvironmentCapacity);
        List(image.Cookies, U64);
        List(image.Regions, Put);
        List(image.Pages, pages =>
        {
            U64(pages.Address);
            U32((uint)pages.Count);
            U32((uint)pages.Stored);
        });
        List(image.Files, file =>
        {
            Text(file.Name);
            U32(file.Found ? 1u : 0);
        });
        List(image.Keys, key =>
        {
            Text(key.Key);
            U32(key.Found ? 1u : 0);
        });
        List(image.Values, value =>
        {
            Text(value.Key);
            Text(value.Name);
            U32((uint)value.Content.Length);
            _stream.Write(value.Content);
        });
        List(image.OpenKeys, key =>
        {
            U64(key.Handle);
            Text(key.Path);
            U32(key.Access);
        });
        List(image.Handles, U64);
        U64(image.TimeZoneNames);
        U64(image.Console.Connection);
        U32(image.Console.Access);
        U64(image.AnsiCommandLine);
    }

    private void Put(LaunchRegion region)
    {
        U64(region.Start);
        U64((ulong)region.PageCount);
        U32(region.Type);
        U32(region.AllocationProtect);
        U32(region.IsPlaceholder ? 1u : 0);
        U32((uint)region.Source);
        Text(region.FileName);
        List(region.Runs, run =>
        {
            U64((ulong)run.Page);
            U32(run.State);
        });
        if (region.Layout is { } layout)
        {
            Put(layout);
        }
    }

    private void Put(ImageLayout layout)
    {
        U64(layout.ImageBase);
        U64(layout.SizeOfImage);
        U64(layout.StackReserve);
        U64(layout.StackCommit);
        foreach (uint value in (ReadOnlySpan<uint>)
            [layout.EntryPoint, layout.Machine, layout.Subsystem, layout.SubsystemVersion, layout.Characteristics, layout.DllCharacteristics, layout.CheckSum, layout.LoaderFlags,
             layout.FileSize, layout.ContainsCode ? 1u : 0, (uint)layout.Flags, layout.IsMappable ? 1u : 0])
        {
            U32(value);
        }
        List([.. layout.Pieces.Where(piece => layout.Extension?.Holds(piece.Rva) != true)], piece =>
        {
            Text(piece.Name);
            foreach (uint value in (ReadOnlySpan<uint>)[piece.Rva, piece.FileOffset, piece.FileLength, piece.VirtualSize, piece.Protection, Flags(piece)])
            {
                U32(value);
            }
        });
    }

    private static uint Flags(in PePiece piece) => (piece.IsShared ? 1u : 0) | (piece.IsDiscardable ? 2u : 0) | (piece.IsMappable ? 4u : 0);

    private void List<T>(IReadOnlyList<T> items, Action<T> put)
    {
        U32((uint)items.Count);
        foreach (T item in items)
        {
            put(item);
        }
    }

    private void Text(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        U32((uint)bytes.Length);
        _stream.Write(bytes);
    }

    private void U32(uint value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        _stream.Write(bytes);
    }

    private void U64(ulong value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        _stream.Write(bytes);
    }
}
