using System.Buffers.Binary;
using System.Runtime.InteropServices;
using PortableVirt.Emulation.Exceptions;
using PortableVirt.Emulation.Io;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Processes;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Debugging;

/// <summary>
/// Writes a debug event as DBGUI_WAIT_STATE_CHANGE (0xb8 bytes: state, client id at 8, the event's own fields from 24; winternl.h of
/// Wine 8.0) and opens the handles that it carries in the debugger's process.
/// </summary>
/// <param name="debugger">The thread that fetches the event.</param>
/// <param name="target">Where it wants it.</param>
internal sealed class DebugStateWriter(NtThread debugger, GuestPointer target)
{
    /// <summary>Size of the structure in bytes.</summary>
    public const int Size = 0xb8;

    private const int Fields = 24;
    private const int FirstChance = Fields + 0x98;
    private const uint FileGenericRead = 0x120089;
    private readonly List<Handle> _opened = [];
    private readonly byte[] _block = new byte[Size];

    /// <summary>Writes the event; STATUS_ACCESS_VIOLATION or STATUS_INSUFFICIENT_RESOURCES leave no handle open.</summary>
    public NtStatus Write(DebugEvent e)
    {
        Put(0, (ulong)e.Kind);
        Put(8, e.Sender.Process.ProcessId);
        Put(16, e.Sender.ThreadId);
        NtStatus status = Fill(e);
        if (status.IsSuccess && !debugger.Memory.TryWrite(target, _block))
        {
            status = NtStatus.AccessViolation;
        }
        if (!status.IsSuccess)
        {
            _opened.ForEach(handle => debugger.Process.Handles.Close(handle));
        }
        return status;
    }

    private NtStatus Fill(DebugEvent e)
    {
        NtStatus status = NtStatus.Success;
        switch (e.Kind)
        {
            case DebugStateChange.CreateThread:
                Put(40, e.StartAddress);
                return Open(24, e.Sender, ObjectKinds.Thread.AllAccess);
            case DebugStateChange.CreateProcess:
                status = Open(24, e.Sender.Process, ObjectKinds.Process.AllAccess);
                if (status.IsSuccess)
                {
                    status = Open(32, e.Sender, ObjectKinds.Thread.AllAccess);
                }
                Put(80, e.StartAddress);
                return status.IsSuccess ? PutImage(48, e) : status;
            case DebugStateChange.ExitThread or DebugStateChange.ExitProcess:
                Put(Fields, e.ExitStatus.Value);
                return status;
            case DebugStateChange.LoadDll:
                Put(48, e.NamePointer);
                return PutImage(24, e);
            case DebugStateChange.UnloadDll:
                Put(Fields, e.ImageBase);
                return status;
            default:
                ExceptionRecord record = e.Record;
                MemoryMarshal.Write(_block.AsSpan(Fields), record);
                BinaryPrimitives.WriteUInt32LittleEndian(_block.AsSpan(FirstChance), e.IsFirstChance ? 1u : 0);
                return status;
        }
    }

    /// <summary>File handle, base address, offset and size of the debug information.</summary>
    private NtStatus PutImage(int offset, DebugEvent e)
    {
        Put(offset + 8, e.ImageBase);
        GuestAccessor memory = e.Sender.Memory;
        if (memory.TryRead(new GuestPointer(e.ImageBase) + 0x3c, out uint header) && memory.TryRead(new GuestPointer(e.ImageBase) + header + 12, out ulong symbols))
        {
            // IMAGE_FILE_HEADER's PointerToSymbolTable and NumberOfSymbols.
            Put(offset + 16, symbols);
        }
        return OpenFile(offset, e.ImageFile);
    }

    /// <summary>Opens the image's file for reading. A file that has gone since leaves the handle null, as on NT.</summary>
    private NtStatus OpenFile(int offset, string path)
    {
        if (path.Length == 0)
        {
            return NtStatus.Success;
        }
        FileCreateRequest request = new(debugger, FileGenericRead, 0, 7, FileDisposition.Open, Io.FileOptions.SynchronousNonAlert | Io.FileOptions.NonDirectory, 0, false);
        if (!debugger.Executive.Io.Create(request, null, path, true, out FileObject file, out _).IsSuccess)
        {
            return NtStatus.Success;
        }
        file.AddHandle();
        NtStatus status = Open(offset, file, FileGenericRead);
        file.RemoveHandle(debugger.Process);
        return status;
    }

    private NtStatus Open(int offset, KernelObject value, uint access)
    {
        NtStatus status = debugger.Process.Handles.Insert(value, access, false, out Handle handle);
        if (status.IsSuccess)
        {
            _opened.Add(handle);
            Put(offset, handle.Value);
        }
        return status;
    }

    private void Put(int offset, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(_block.AsSpan(offset), value);
}
