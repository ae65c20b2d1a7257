using System.Text;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Gates.Shell;

/// <summary>Zero-terminated UTF-16 text as arguments and results of COM methods.</summary>
internal static class ShellText
{
    private const int LongestText = 32 << 10;

    /// <summary>Distance from RSP at a method's start to the home slot of its second argument, which a method may use as it likes.</summary>
    private const int HomeOfSecond = 0x10;

    /// <summary>Offset of ProcessHeap in the PEB.</summary>
    private const int ProcessHeapOffset = 0x30;

    /// <summary>Reads text; a null pointer is "". False when it cannot be read or has no end within 32768 characters.</summary>
    public static bool TryRead(NtThread thread, GuestPointer pointer, out string text)
    {
        text = "";
        if (pointer.IsNull)
        {
            return true;
        }
        StringBuilder characters = new();
        for (int i = 0; i < LongestText; i++)
        {
            if (!thread.Memory.TryRead(pointer + (i * 2), out ushort unit))
            {
                return false;
            }
            if (unit == 0)
            {
                text = characters.ToString();
                return true;
            }
            characters.Append((char)unit);
        }
        return false;
    }

    /// <summary>
    /// Ends a method by returning text that the caller frees with CoTaskMemFree, which is memory of the process heap: lets the thread call
    /// RtlAllocateHeap and come back to <see cref="ShellLibrary.StringAllocated"/>. What is returned meanwhile is not seen by the caller.
    /// </summary>
    /// <param name="result">Where the method's caller wants the pointer.</param>
    /// <param name="text">The text.</param>
    public static uint Return(NtThread thread, GuestPointer result, string text)
    {
        ref Kernel.UserRegisters r = ref thread.Cpu!.Registers;
        ulong size = (ulong)(text.Length + 1) * 2;
        ulong allocator = thread.Process.Ntdll.RtlAllocateHeap;
        GuestPointer slots = new(r.Rsp + HomeOfSecond);
        ulong frame = r.Rsp - ShellLibrary.AllocationFrame - 8;
        if (!thread.Memory.CanWrite(result, 8) || allocator == 0 || !thread.Memory.TryRead(new GuestPointer(thread.Process.Peb) + ProcessHeapOffset, out ulong heap))
        {
            return HResult.Pointer;
        }
        bool written = thread.Memory.TryWrite(slots, result.Address)
            && thread.Memory.TryWrite(new GuestPointer(frame), ShellLibrary.AddressOf(thread, ShellLibrary.StringAllocated));
        if (!written)
        {
            return HResult.Pointer;
        }
        thread.PendingText = text;
        (r.Rcx, r.Rdx, r.R8, r.Rsp, r.Rip) = (heap, 0, size, frame, allocator);
        thread.ContextReplaced();
        return HResult.Ok;
    }

    /// <summary>The second half: the memory is there. The home slots are where they were at the method's start.</summary>
    public static uint Finish(NtThread thread, GuestPointer memory)
    {
        string? text = thread.PendingText;
        thread.PendingText = null;
        if (memory.IsNull || text is null)
        {
            return HResult.OutOfMemory;
        }
        bool written = thread.Memory.TryRead(new GuestPointer(thread.Cpu!.Registers.Rsp + HomeOfSecond), out ulong result)
            && thread.Memory.TryWrite(memory, Encoding.Unicode.GetBytes(text + "\0"))
            && thread.Memory.TryWrite(new GuestPointer(result), memory.Address);
        return written ? HResult.Ok : HResult.Pointer;
    }
}
