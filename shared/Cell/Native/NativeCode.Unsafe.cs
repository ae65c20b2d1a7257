using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using PortableVirt.Cell.SystemCalls;

namespace PortableVirt.Cell.Native;

/// <summary>
/// Two signal handlers in machine code, in pages of their own: managed code must not run in a signal's context, and other threads of the process can be
/// reached by signals alone. The pages are written, then made executable and never writable again.
/// </summary>
internal sealed unsafe class NativeCode
{
    /// <summary>Most system calls that a thread is made to make.</summary>
    public const int MaximumCalls = 8;

    /// <summary>Most threads that can be made to at once.</summary>
    public const int MaximumThreads = 960;

    private const int CodeOffset = 0;
    private const int ReportOffset = 128;
    private const int PrefixOffset = 256;
    private const int RowsOffset = 512;
    private const int RowSize = 32;
    private const int CodeLength = RowsOffset + ((SystemCallNames.Count + 1) * RowSize);
    private const int CallSize = 6 * sizeof(long);
    private const int DataLength = 4096;
    private const int SlotsOffset = (MaximumCalls + 1) * CallSize;

    private readonly byte* _code;
    private readonly byte* _data;

    /// <summary>Writes the handlers.</summary>
    /// <param name="errors">Descriptor that the end of the process is told on.</param>
    /// <exception cref="CellException">The kernel gives no memory for them.</exception>
    public NativeCode(int errors)
    {
        _code = Allocate(CodeLength);
        _data = Allocate(DataLength);
        Span<byte> code = new(_code, CodeLength);
        WriteConfine(code[CodeOffset..ReportOffset]);
        int length = Encoding.ASCII.GetBytes("pvctl: the VM's cell ended it: system call ", code[PrefixOffset..RowsOffset]);
        WriteReport(code[ReportOffset..PrefixOffset], errors, length);
        WriteRows(code[RowsOffset..]);
        if (NativeCell.Protect((nint)_code, CodeLength, NativeCell.ProtRead | NativeCell.ProtExecute) != 0)
        {
            throw new CellException($"the kernel refuses executable pages: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    /// <summary>Handler that makes the system calls of <see cref="SetCalls"/> until one fails, and puts 1 or the negative errno value where the signal's value points to.</summary>
    public nint ConfineHandler => (nint)(_code + CodeOffset);

    /// <summary>Handler of SIGSYS: writes the number and name of the call and ends the process.</summary>
    public nint ReportHandler => (nint)(_code + ReportOffset);

    /// <summary>The calls that a thread is to make: number and five arguments each.</summary>
    public void SetCalls(ReadOnlySpan<ThreadCall> calls)
    {
        Span<long> words = new(_data, (MaximumCalls + 1) * 6);
        for (int i = 0; i < calls.Length; i++)
        {
            ThreadCall call = calls[i];
            ((ReadOnlySpan<long>)[call.Number, call.First, call.Second, call.Third, 0, 0]).CopyTo(words[(i * 6)..]);
        }
        words[calls.Length * 6] = -1;
    }

    /// <summary>Address of a thread's answer.</summary>
    public nint SlotAddress(int slot) => (nint)(_data + SlotsOffset + (slot * sizeof(int)));

    /// <summary>A thread's answer: 0 not yet, 1 done, or a negative errno value.</summary>
    public int Answer(int slot) => Volatile.Read(ref Unsafe.AsRef<int>((void*)SlotAddress(slot)));

    private static byte* Allocate(int length)
    {
        nint address = NativeCell.Map(0, (nuint)length, NativeCell.ProtRead | NativeCell.ProtWrite, NativeCell.MapPrivateAnonymous, -1, 0);
        return address != -1 ? (byte*)address : throw new CellException($"the kernel gives no memory: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    private void WriteConfine(Span<byte> code)
    {
        ReadOnlySpan<byte> text =
        [
            0x4C, 0x8B, 0x6E, 0x18,                         // mov r13, [rsi+24]       siginfo.si_value
            0x49, 0xBC, 0, 0, 0, 0, 0, 0, 0, 0,             // mov r12, calls
            0x49, 0x8B, 0x04, 0x24,                         // next: mov rax, [r12]
            0x48, 0x85, 0xC0,                               // test rax, rax
            0x78, 0x29,                                     // js done
            0x49, 0x8B, 0x7C, 0x24, 0x08,                   // mov rdi, [r12+8]
            0x49, 0x8B, 0x74, 0x24, 0x10,                   // mov rsi, [r12+16]
            0x49, 0x8B, 0x54, 0x24, 0x18,                   // mov rdx, [r12+24]
            0x4D, 0x8B, 0x54, 0x24, 0x20,                   // mov r10, [r12+32]
            0x4D, 0x8B, 0x44, 0x24, 0x28,                   // mov r8, [r12+40]
            0x0F, 0x05,                                     // syscall
            0x49, 0x83, 0xC4, 0x30,                         // add r12, 48
            0x48, 0x85, 0xC0,                               // test rax, rax
            0x79, 0xD3,                                     // jns next
            0x41, 0x89, 0x45, 0x00,                         // mov [r13], eax
            0xC3,                                           // ret
            0x41, 0xC7, 0x45, 0x00, 0x01, 0x00, 0x00, 0x00, // done: mov dword [r13], 1
            0xC3,                                           // ret
        ];
        text.CopyTo(code);
        BinaryPrimitives.WriteInt64LittleEndian(code[6..], (long)_data);
    }

    private void WriteReport(Span<byte> code, int errors, int prefixLength)
    {
        ReadOnlySpan<byte> text =
        [
            0x8B, 0x5E, 0x18,                               // mov ebx, [rsi+24]       siginfo.si_syscall
            0x81, 0xFB, 0, 0, 0, 0,                         // cmp ebx, count
            0x72, 0x05,                                     // jb known
            0xBB, 0, 0, 0, 0,                               // mov ebx, count
            0xC1, 0xE3, 0x05,                               // known: shl ebx, 5
            0x48, 0xB9, 0, 0, 0, 0, 0, 0, 0, 0,             // mov rcx, rows
            0x48, 0x01, 0xCB,                               // add rbx, rcx
            0x0F, 0xB6, 0x53, 0x1F,                         // movzx edx, byte [rbx+31]
            0x52,                                           // push rdx                struct iovec[2]
            0x53,                                           // push rbx
            0x68, 0, 0, 0, 0,                               // push prefix length
            0x48, 0xB9, 0, 0, 0, 0, 0, 0, 0, 0,             // mov rcx, prefix
            0x51,                                           // push rcx
            0xB8, 0x14, 0x00, 0x00, 0x00,                   // mov eax, writev
            0xBF, 0, 0, 0, 0,                               // mov edi, errors
            0x48, 0x89, 0xE6,                               // mov rsi, rsp
            0xBA, 0x02, 0x00, 0x00, 0x00,                   // mov edx, 2
            0x0F, 0x05,                                     // syscall
            0xB8, 0x9C, 0x00, 0x00, 0x00,                   // mov eax, _sysctl        which the filter answers with SIGSYS for good
            0x0F, 0x05,                                     // syscall
            0xF4,                                           // hlt
        ];
        text.CopyTo(code);
        BinaryPrimitives.WriteInt32LittleEndian(code[5..], SystemCallNames.Count);
        BinaryPrimitives.WriteInt32LittleEndian(code[12..], SystemCallNames.Count);
        BinaryPrimitives.WriteInt64LittleEndian(code[21..], (long)(_code + RowsOffset));
        BinaryPrimitives.WriteInt32LittleEndian(code[39..], prefixLength);
        BinaryPrimitives.WriteInt64LittleEndian(code[45..], (long)(_code + PrefixOffset));
        BinaryPrimitives.WriteInt32LittleEndian(code[60..], errors);
    }

    /// <summary>One row a number: "165 (mount)\n", and in its last byte the length.</summary>
    private static void WriteRows(Span<byte> rows)
    {
        int next = 0;
        ReadOnlySpan<byte> text = SystemCallNames.Text;
        foreach (Range part in text.SplitAny(" \r\n"u8))
        {
            ReadOnlySpan<byte> word = text[part];
            if (word.IsEmpty)
            {
                continue;
            }
            if (word[0] == '@')
            {
                for (int end = int.Parse(word[1..], CultureInfo.InvariantCulture); next < end; next++)
                {
                    WriteRow(rows, next, []);
                }
                continue;
            }
            WriteRow(rows, next++, word);
        }
        WriteRow(rows, SystemCallNames.Count, []);
    }

    private static void WriteRow(Span<byte> rows, int number, ReadOnlySpan<byte> name)
    {
        Span<byte> row = rows.Slice(number * RowSize, RowSize);
        int length = 0;
        number.TryFormat(row, out length, provider: CultureInfo.InvariantCulture);
        if (number == SystemCallNames.Count)
        {
            " or more"u8.CopyTo(row[length..]);
            length += " or more".Length;
        }
        row[length++] = (byte)' ';
        row[length++] = (byte)'(';
        name = name.IsEmpty ? "unknown"u8 : name;
        name.CopyTo(row[length..]);
        length += name.Length;
        row[length++] = (byte)')';
        row[length++] = (byte)'\n';
        row[^1] = (byte)length;
    }
}
