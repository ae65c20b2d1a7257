using Iced.Intel;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Threads;
using PortableVirt.Hypervisor;
using PortableVirt.Kernel;

namespace PortableVirt.Emulation.Debugging;

/// <summary>
/// Debug registers where KVM does not apply them: the thread runs an instruction at a time, and each is looked at before it runs. Slow, and
/// exact but for two things: <c>pushfq</c> shows the trap flag, and accesses by system calls do not count (as they do not on NT).
/// </summary>
/// <param name="thread">The thread.</param>
/// <param name="registers">Its debug registers; at least one is enabled.</param>
internal sealed class BreakpointEmulator(NtThread thread, DebugRegisters registers)
{
    private const int Count = 4;
    private const int LongestInstruction = 15;
    private const uint OnExecute = 0;
    private const uint OnWrite = 1;
    private const uint OnAccess = 3;

    private readonly byte[] _code = new byte[LongestInstruction];
    private readonly InstructionInfoFactory _factory = new();
    private ulong _reported;

    /// <summary>
    /// The breakpoints at the next instruction, as bits of DR6; 0 for none. One that was reported is not reported again before another
    /// instruction has run, as if the debugger had set the resume flag.
    /// </summary>
    public ulong TakeExecuteHits()
    {
        ulong rip = thread.Cpu!.Registers.Rip;
        if (rip == _reported)
        {
            return 0;
        }
        _reported = 0;
        ulong hits = 0;
        for (int i = 0; i < Count; i++)
        {
            hits |= IsEnabled(i) && Condition(i) == OnExecute && Address(i) == rip ? 1ul << i : 0;
        }
        if (hits != 0)
        {
            _reported = rip;
        }
        return hits;
    }

    /// <summary>The watchpoints that the next instruction hits if it completes, as bits of DR6.</summary>
    public ulong PredictDataHits()
    {
        bool watches = false;
        for (int i = 0; i < Count; i++)
        {
            watches |= IsEnabled(i) && Condition(i) != OnExecute;
        }
        ulong rip = thread.Cpu!.Registers.Rip;
        int length = watches ? Fetch(rip) : 0;
        if (length == 0)
        {
            return 0;
        }
        Instruction instruction = Decoder.Create(64, new ByteArrayCodeReader(_code, 0, length), rip).Decode();
        ulong hits = 0;
        foreach (UsedMemory memory in _factory.GetInfo(instruction).GetUsedMemory())
        {
            bool writes = memory.Access is OpAccess.Write or OpAccess.CondWrite or OpAccess.ReadWrite or OpAccess.ReadCondWrite;
            bool accesses = writes || memory.Access is OpAccess.Read or OpAccess.CondRead;
            if (accesses && memory.TryGetVirtualAddress(0, out ulong address, RegisterValue))
            {
                hits |= Hits(address, (ulong)Math.Max(memory.MemorySize.GetSize(), 1), writes);
            }
        }
        return hits;
    }

    private ulong Hits(ulong address, ulong size, bool writes)
    {
        ulong hits = 0;
        for (int i = 0; i < Count; i++)
        {
            bool wanted = IsEnabled(i) && (Condition(i) == OnAccess || (Condition(i) == OnWrite && writes));
            ulong length = Length(i);
            ulong start = Address(i) & ~(length - 1);
            hits |= wanted && (address < start ? start - address < size : address - start < length) ? 1ul << i : 0;
        }
        return hits;
    }

    /// <summary>Reads the bytes at an address, up to the first that cannot be read.</summary>
    private int Fetch(ulong rip)
    {
        int length = LongestInstruction;
        while (length > 0 && !thread.Memory.TryRead(new GuestPointer(rip), _code.AsSpan(0, length)))
        {
            length--;
        }
        return length;
    }

    private bool RegisterValue(Register register, int elementIndex, int elementSize, out ulong value)
    {
        ref UserRegisters r = ref thread.Cpu!.Registers;
        value = register.GetFullRegister() switch
        {
            Register.RAX => r.Rax,
            Register.RBX => r.Rbx,
            Register.RCX => r.Rcx,
            Register.RDX => r.Rdx,
            Register.RSI => r.Rsi,
            Register.RDI => r.Rdi,
            Register.RSP => r.Rsp,
            Register.RBP => r.Rbp,
            Register.R8 => r.R8,
            Register.R9 => r.R9,
            Register.R10 => r.R10,
            Register.R11 => r.R11,
            Register.R12 => r.R12,
            Register.R13 => r.R13,
            Register.R14 => r.R14,
            Register.R15 => r.R15,
            Register.GS => thread.Cpu.GsBase,
            Register.FS => thread.Cpu.FsBase,
            _ => 0,
        };
        value = register.IsGPR32() ? (uint)value : value;
        // The addresses of vector gathers are not known by one register.
        return !register.IsVectorRegister();
    }

    private bool IsEnabled(int index) => ((registers.Dr7 >> (index * 2)) & 3) != 0;

    private uint Condition(int index) => (uint)(registers.Dr7 >> (16 + (index * 4))) & 3;

    private ulong Length(int index) => ((registers.Dr7 >> (18 + (index * 4))) & 3) switch
    {
        0 => 1,
        1 => 2,
        2 => 8,
        _ => 4,
    };

    private ulong Address(int index) => index switch
    {
        0 => registers.Dr0,
        1 => registers.Dr1,
        2 => registers.Dr2,
        _ => registers.Dr3,
    };
}
