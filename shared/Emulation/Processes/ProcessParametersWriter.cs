using System.Buffers.Binary;
using System.Runtime.InteropServices;
using PortableVirt.Emulation.Memory;

namespace PortableVirt.Emulation.Processes;

/// <summary>Lays RTL_USER_PROCESS_PARAMETERS (0x410 bytes, normalized) and its strings out in one block of guest memory.</summary>
internal sealed class ProcessParametersWriter
{
    private const int HeaderSize = 0x410;
    private const ushort DirectoryCapacity = 520;
    private readonly byte[] _block;
    private readonly ulong _address;
    private int _next = HeaderSize;

    private ProcessParametersWriter(byte[] block, ulong address) => (_block, _address) = (block, address);

    /// <summary>
    /// Writes the block into an allocation of its own, as the loader frees it with MEM_RELEASE, and the environment into another.
    /// </summary>
    /// <returns>STATUS_NO_MEMORY when there is no room.</returns>
    public static NtStatus Write(NtProcess process, ProcessStart start, out ulong address)
    {
        string[] strings = [start.DllPath, start.ImagePath, start.CommandLine, start.WindowTitle, start.Desktop, start.ShellInfo, start.RuntimeInfo];
        int size = HeaderSize + DirectoryCapacity + strings.Sum(s => (s.Length * 2) + 18);
        NtStatus status = Allocate(process, size, out address);
        if (!status.IsSuccess)
        {
            return status;
        }
        byte[] environment = MemoryMarshal.AsBytes(start.Environment.AsSpan()).ToArray();
        status = Allocate(process, environment.Length, out ulong environmentAddress);
        if (!status.IsSuccess)
        {
            return status;
        }
        ProcessParametersWriter writer = new(new byte[size], address);
        writer.Fill(start, environmentAddress, environment.Length);
        return process.Memory.TryWrite(new GuestPointer(environmentAddress), environment) && process.Memory.TryWrite(new GuestPointer(address), writer._block)
            ? NtStatus.Success
            : NtStatus.NoMemory;
    }

    private static NtStatus Allocate(NtProcess process, int size, out ulong address)
    {
        AllocationRequest request = new() { Size = (ulong)size, Type = MemoryTypes.Reserve | MemoryTypes.Commit, Protection = PageProtection.ReadWrite };
        return process.AddressSpace.Allocate(request, out address, out _);
    }

    private void Fill(ProcessStart start, ulong environment, int environmentSize)
    {
        Put32(0x0, (uint)_block.Length);
        Put32(0x4, (uint)_block.Length);
        Put32(0x8, 1);
        Put64(0x10, start.Console.Value);
        Put32(0x18, start.ConsoleFlags);
        Put64(0x20, start.StandardInput.Value);
        Put64(0x28, start.StandardOutput.Value);
        Put64(0x30, start.StandardError.Value);
        PutString(0x38, start.CurrentDirectory, DirectoryCapacity);
        if (start.DllPath.Length != 0)
        {
            // libwine's loader computes the search path only when the field is null.
            PutString(0x50, start.DllPath);
        }
        PutString(0x60, start.ImagePath);
        PutString(0x70, start.CommandLine);
        Put64(0x80, environment);
        Put32(0xa4, start.WindowFlags);
        Put32(0xa8, start.ShowWindow);
        PutString(0xb0, start.WindowTitle);
        PutString(0xc0, start.Desktop);
        PutString(0xd0, start.ShellInfo);
        PutString(0xe0, start.RuntimeInfo, terminate: false);
        Put64(0x3f0, (ulong)environmentSize);
        Put32(0x408, start.ProcessGroupId);
    }

    private void PutString(int field, string text, ushort capacity = 0, bool terminate = true)
    {
        int length = text.Length * 2;
        int maximum = Math.Max(capacity, length + (terminate ? 2 : 0));
        BinaryPrimitives.WriteUInt16LittleEndian(_block.AsSpan(field), (ushort)length);
        BinaryPrimitives.WriteUInt16LittleEndian(_block.AsSpan(field + 2), (ushort)maximum);
        Put64(field + 8, _address + (ulong)_next);
        MemoryMarshal.AsBytes(text.AsSpan()).CopyTo(_block.AsSpan(_next));
        _next += (maximum + 7) & ~7;
    }

    private void Put32(int offset, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(_block.AsSpan(offset), value);

    private void Put64(int offset, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(_block.AsSpan(offset), value);
}
