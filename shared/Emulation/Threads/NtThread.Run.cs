using PortableVirt.Emulation.Debugging;
using PortableVirt.Emulation.Exceptions;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Kernel;

namespace PortableVirt.Emulation.Threads;

public sealed partial class NtThread
{
    private const int HostStackBytes = 512 << 10;
    private bool _contextReplaced;
    private Thread? _host;
    private volatile bool _hasBegun;

    /// <summary>Lowest address of the stack that the thread was made with.</summary>
    internal ulong StackAllocation { get; set; }

    /// <summary>First address above that stack.</summary>
    internal ulong StackBase { get; set; }

    /// <summary>Guest address of the routine that CreateThread's caller gave (ThreadQuerySetWin32StartAddress).</summary>
    internal ulong StartAddress { get; set; }

    /// <summary>Text that a gate returns once the thread has allocated the memory for it, or null.</summary>
    internal string? PendingText { get; set; }

    /// <summary>The exception that was handed to the thread last, or null.</summary>
    internal RaisedException? LastException { get; set; }

    /// <summary>
    /// Tells the run loop that the system call in progress set the registers itself: its result is not stored in RAX.
    /// </summary>
    internal void ContextReplaced() => _contextReplaced = true;

    /// <summary>
    /// Gives the thread its host thread and lets it go. The vCPU's registers must hold the initial context.
    /// </summary>
    /// <returns>STATUS_NO_MEMORY when the host makes no more threads (a limit of the user or of the VM's control group): the thread has ended then.</returns>
    public NtStatus Start()
    {
        Executive.HostThreadStarted();
        _host = new Thread(Run, HostStackBytes) { IsBackground = true, Name = $"guest {ThreadId:x}" };
        try
        {
            _host.Start();
            return NtStatus.Success;
        }
        catch (OutOfMemoryException)
        {
            // It is told to end before its first instruction, so that this host thread can take it to its end.
            RequestTermination(NtStatus.NoMemory);
            Run();
            return NtStatus.NoMemory;
        }
    }

    /// <summary>As <see cref="Start"/>, but on the calling host thread: returns when the Windows thread has ended.</summary>
    public void RunHere()
    {
        Executive.HostThreadStarted();
        Run();
    }

    /// <summary>Rents the vCPU and prepares it for the process.</summary>
    internal void RentCpu()
    {
        Cpu = Executive.Kernel.RentCpu();
        Cpu.SetAddressSpace(Process.AddressSpace.Tables);
        Cpu.GsBase = Teb;
        Cpu.CodeSegment = 0x33;
        KickVcpu = Cpu.Kick;
    }

    /// <summary>Gives back a vCPU whose thread never started.</summary>
    internal void ReturnCpu()
    {
        if (Cpu is { } cpu)
        {
            KickVcpu = null;
            Cpu = null;
            Executive.Kernel.ReturnCpu(cpu);
        }
    }

    private void Run()
    {
        GuestCpu cpu = Cpu!;
        _hasBegun = true;
        Executive.Running.Enter();
        try
        {
            while (CheckPending())
            {
                if (!IsStartReported)
                {
                    DebugReports.Started(this);
                    continue;
                }
                if (HasSpecialApc)
                {
                    DeliverPendingApc();
                }
                if (_breakpoints is { } breakpoints)
                {
                    RunWatched(cpu, breakpoints);
                }
                else
                {
                    Dispatch(cpu, RunGuest(cpu));
                }
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // A defect of ours, not of the guest: it must name itself and take only this VM's program with it.
            Executive.Report.InternalError(this, e);
            Process.RequestEnd(NtStatus.InternalError);
        }
        finally
        {
            Executive.Running.Leave();
            CloseMailbox();
            CancelRequests();
            DebugReports.Ending(this, TerminationStatus);
            CloseDebugObject();
            Process.NoteThreadStatus(TerminationStatus);
            bool last = MarkEnded(TerminationStatus);
            Cpu = null;
            Executive.Kernel.ReturnCpu(cpu);
            FreeStack();
            Executive.ClientIds.Release(ThreadId);
            if (last)
            {
                Process.OnLastThreadEnded();
            }
            Executive.HostThreadEnded();
        }
    }

    private void Dispatch(GuestCpu cpu, in GuestExit exit)
    {
        if (exit.Kind is GuestExitKind.Kick or GuestExitKind.Exception && Executive.SharedData.Gate?.Settle(this, ref cpu.Registers) == true)
        {
            if (exit is { Kind: GuestExitKind.Exception, Vector: Vectors.PageFault })
            {
                // So that the pages that the gate needs are there the next time; the frame of an APC may reach the guard page of the stack.
                FaultOutcome outcome = ExceptionMapper.FillPage(this, exit);
                if (outcome == FaultOutcome.GuardPage && IsInStack(exit.FaultAddress))
                {
                    TryGrowStack(exit.FaultAddress);
                }
            }
            return;
        }
        if (Executive.LaunchCapture?.TryTake(this, exit) == true)
        {
            return;
        }
        switch (exit.Kind)
        {
            case GuestExitKind.Syscall:
                SystemCall(cpu, exit);
                break;
            case GuestExitKind.Exception:
                ExceptionMapper.Handle(this, exit);
                break;
            case GuestExitKind.Kick:
                break;
            case GuestExitKind.StrayPort:
                ExceptionRecord privileged = ExceptionRecord.Create(NtStatus.PrivilegedInstruction, exit.InstructionAddress);
                ExceptionDelivery.Raise(this, ref privileged);
                break;
            case GuestExitKind.MemoryFault:
                ExceptionMapper.MemoryFault(this);
                break;
            default:
                Executive.Report.VirtualMachineFailed(this, cpu.InternalErrorText);
                Process.RequestEnd(NtStatus.InternalError);
                break;
        }
    }

    private void SystemCall(GuestCpu cpu, in GuestExit exit)
    {
        _contextReplaced = false;
        ref UserRegisters registers = ref cpu.Registers;
        if (exit.Gate == SyscallGate.Sysenter)
        {
            ExceptionRecord record = ExceptionRecord.Create(NtStatus.IllegalInstruction, exit.InstructionAddress);
            ExceptionDelivery.Raise(this, ref record);
            return;
        }
        if (Executive.Unseen is { ChecksGates: true } guard && (uint)registers.Rax < 2 * SyscallNumbers.TableSize && !guard.AllowsGate(this, registers.Rip))
        {
            // As on a processor without the instruction: the address is the gate's own.
            registers.Rip -= Analysis.Needs.GateBytes.Length;
            ExceptionRecord denied = ExceptionRecord.Create(NtStatus.IllegalInstruction, registers.Rip);
            ExceptionDelivery.Raise(this, ref denied);
            return;
        }
        ulong result = Call((uint)registers.Rax);
        if (!_contextReplaced)
        {
            cpu.Registers.Rax = result;
        }
        if ((uint)result == NtStatus.UserApc.Value && !_contextReplaced)
        {
            DeliverPendingApc();
        }
    }

    private void FreeStack()
    {
        if (Process.HasEnded || Process.IsUnloading)
        {
            return;
        }
        UnlinkTlsLinks();
        ulong size = 0;
        ulong start = StackAllocation;
        Process.AddressSpace.Free(ref start, ref size, MemoryTypes.Release);
        size = 0;
        start = Teb;
        Process.AddressSpace.Free(ref start, ref size, MemoryTypes.Release);
    }
}
