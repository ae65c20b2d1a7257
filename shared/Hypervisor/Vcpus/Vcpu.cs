using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Hypervisor.Native;

namespace PortableVirt.Hypervisor;

/// <summary>
/// A KVM virtual processor. Registers live in the page shared with KVM, so that a round trip needs no call but KVM_RUN. One thread at a time uses it;
/// <see cref="Kick"/> alone may be called from any thread.
/// </summary>
public sealed class Vcpu : IDisposable
{
    /// <summary>Size of struct kvm_debugregs.</summary>
    private const int KvmDebugRegistersSize = 128;
    private readonly SafeFileHandle _handle;
    private readonly int _fd;
    private readonly RunPage _page;
    private readonly int _pageSize;
    private readonly GuestMemory _memory;
    private readonly KvmHost _host;
    private readonly Lock _kickLock = new();
    private int _runner;
    private int _kickPending;
    private bool _disposed;

    internal Vcpu(SafeFileHandle handle, int id, nint runPage, int runPageSize, GuestMemory memory, KvmHost host)
    {
        _handle = handle;
        _fd = (int)handle.DangerousGetHandle();
        _page = new RunPage(runPage);
        _pageSize = runPageSize;
        _memory = memory;
        _host = host;
        Id = id;
        _page.Valid = KvmSyncRegs.Regs | KvmSyncRegs.Sregs;
    }

    /// <summary>Number in the machine, from 0; never reused.</summary>
    public int Id { get; }

    /// <summary>The integer registers as KVM left them; after a change set <see cref="KvmSyncRegs.Regs"/> in <see cref="Dirty"/>.</summary>
    public ref KvmRegs Registers => ref _page.Regs;

    /// <summary>The system registers as KVM left them; after a change set <see cref="KvmSyncRegs.Sregs"/> in <see cref="Dirty"/>.</summary>
    public ref KvmSregs SpecialRegisters => ref _page.Sregs;

    /// <summary>The register sets that KVM takes over at the next run.</summary>
    public ref KvmSyncRegs Dirty => ref _page.Dirty;

    /// <summary>How often KVM_RUN returned.</summary>
    public long RunCount { get; private set; }

    /// <summary>Enters the guest until an event that the caller must handle. A pending <see cref="Kick"/> ends it at once.</summary>
    public VcpuExit Run()
    {
        Interlocked.Exchange(ref _runner, KickSignal.CurrentThreadId);
        try
        {
            for (ulong notEntered = 1; ; notEntered = 0)
            {
                if (TakeKick())
                {
                    return new VcpuExit(VcpuExitReason.Kick, Detail: notEntered);
                }

                int sequence = _memory.FlushSequence;
                RunCount++;
                if (NativeKvm.Ioctl(_fd, NativeKvm.Run, 0) == 0)
                {
                    return Decode();
                }

                int errno = Marshal.GetLastPInvokeError();
                switch (errno)
                {
                    case Errno.Interrupted:
                        Volatile.Write(ref _page.ImmediateExit, 0);
                        continue;

                    // Host memory that is being flushed is for an instant not readable for KVM.
                    case Errno.Fault when (sequence & 1) != 0 || _memory.FlushSequence != sequence:
                    case Errno.Again:
                        continue;
                    case Errno.Fault:
                        ulong address = _page.ExitReason == RunPage.ExitMemoryFault ? _page.MemoryFaultAddress : 0;
                        return new VcpuExit(VcpuExitReason.MemoryFault, Address: address);
                    default:
                        return new VcpuExit(VcpuExitReason.CallFailed, Detail: (ulong)errno);
                }
            }
        }
        finally
        {
            Volatile.Write(ref _runner, 0);
        }
    }

    /// <summary>Makes the current or the next <see cref="Run"/> return <see cref="VcpuExitReason.Kick"/>. From any thread; kicks before a return count as one.</summary>
    public void Kick()
    {
        lock (_kickLock)
        {
            if (_disposed)
            {
                return;
            }

            Volatile.Write(ref _kickPending, 1);
            Volatile.Write(ref _page.ImmediateExit, 1);
            Interlocked.MemoryBarrier();
            int runner = Volatile.Read(ref _runner);
            if (runner != 0)
            {
                KickSignal.Send(runner);
            }
        }
    }

    /// <summary>Keeps a kick for the next <see cref="Run"/>, after one that had to be reported as something else.</summary>
    public void DeferKick() => Volatile.Write(ref _kickPending, 1);

    /// <summary>
    /// False when an exception has been raised but not delivered at the last exit (or interrupts are off). KVM drops such an exception when registers
    /// are set. This is kvm_run.ready_for_interrupt_injection: KVM_GET_VCPU_EVENTS does not tell of breakpoints (measured).
    /// </summary>
    public bool IsAtBoundary => _page.ReadyForInterrupt;

    /// <summary>
    /// Goes on until <see cref="IsAtBoundary"/> holds, reported as a kick, or until an exit before that. Further kicks on the way count with the
    /// first: one that is already waiting ends a run before anything was delivered.
    /// </summary>
    /// <param name="barrier">Called before each entry; may block.</param>
    public VcpuExit RunToBoundary(Action barrier)
    {
        VcpuExit exit;
        _page.RequestInterruptWindow = 1;
        do
        {
            barrier();
            exit = Run();
        }
        while (exit.Reason == VcpuExitReason.Kick && !IsAtBoundary);
        _page.RequestInterruptWindow = 0;
        return exit;
    }

    /// <summary>Forgets a kick that nobody waits for any more, when the processor changes hands.</summary>
    public void ClearKick()
    {
        Volatile.Write(ref _page.ImmediateExit, 0);
        Volatile.Write(ref _kickPending, 0);
    }

    /// <summary>
    /// Lets KVM finish the I/O instruction of the last exit without running the guest any further, so that the registers may be changed afterwards.
    /// </summary>
    public void CompleteIo()
    {
        Volatile.Write(ref _page.ImmediateExit, 1);
        RunCount++;
        _ = NativeKvm.Ioctl(_fd, NativeKvm.Run, 0);
        Volatile.Write(ref _page.ImmediateExit, 0);
    }

    /// <summary>Sets the system registers by their own call. False with the errno of the refusal.</summary>
    public bool TrySetSpecialRegisters(ref KvmSregs sregs, out int errno)
    {
        bool ok = NativeKvm.Ioctl(_handle, NativeKvm.SetSregs, ref sregs) == 0;
        errno = ok ? 0 : Marshal.GetLastPInvokeError();
        if (ok)
        {
            _page.Sregs = sregs;
        }

        return ok;
    }

    /// <summary>The system registers by their own call, for a processor that has not run yet.</summary>
    public KvmSregs GetSpecialRegisters()
    {
        KvmSregs sregs = default;
        return NativeKvm.Ioctl(_handle, NativeKvm.GetSregs, ref sregs) == 0 ? sregs : throw Failure("KVM_GET_SREGS");
    }

    /// <summary>Sets model-specific registers. Throws <see cref="KvmException"/> when KVM refuses one.</summary>
    public void SetMsrs(ReadOnlySpan<KvmMsr> msrs)
    {
        Span<byte> buffer = stackalloc byte[8 + (msrs.Length * 16)];
        buffer.Clear();
        MemoryMarshal.Write(buffer, msrs.Length);
        for (int i = 0; i < msrs.Length; i++)
        {
            MemoryMarshal.Write(buffer[(8 + (i * 16))..], msrs[i].Index);
            MemoryMarshal.Write(buffer[(16 + (i * 16))..], msrs[i].Value);
        }

        int done = NativeKvm.Ioctl(_handle, NativeKvm.SetMsrs, ref MemoryMarshal.GetReference(buffer));
        if (done != msrs.Length)
        {
            throw Failure(done >= 0 ? $"KVM_SET_MSRS of register 0x{msrs[done].Index:x}" : "KVM_SET_MSRS");
        }
    }

    /// <summary>Sets XCR0. Throws <see cref="KvmException"/> when KVM refuses the value.</summary>
    public void SetXcr0(ulong value)
    {
        Span<byte> buffer = stackalloc byte[0x188];
        buffer.Clear();
        MemoryMarshal.Write(buffer, 1);
        MemoryMarshal.Write(buffer[16..], value);
        if (NativeKvm.Ioctl(_handle, NativeKvm.SetXcrs, ref MemoryMarshal.GetReference(buffer)) < 0)
        {
            throw Failure("KVM_SET_XCRS");
        }
    }

    /// <summary>Sets the debug registers. Throws <see cref="KvmException"/> when KVM refuses them.</summary>
    public void SetDebugRegisters(in DebugRegisters registers)
    {
        Span<byte> buffer = stackalloc byte[KvmDebugRegistersSize];
        buffer.Clear();
        MemoryMarshal.Write(buffer, registers);
        if (NativeKvm.Ioctl(_handle, NativeKvm.SetDebugRegisters, ref MemoryMarshal.GetReference(buffer)) < 0)
        {
            throw Failure("KVM_SET_DEBUGREGS");
        }
    }

    /// <summary>Reads the debug registers.</summary>
    public DebugRegisters GetDebugRegisters()
    {
        Span<byte> buffer = stackalloc byte[KvmDebugRegistersSize];
        buffer.Clear();
        return NativeKvm.Ioctl(_handle, NativeKvm.GetDebugRegisters, ref MemoryMarshal.GetReference(buffer)) < 0
            ? throw Failure("KVM_GET_DEBUGREGS")
            : MemoryMarshal.Read<DebugRegisters>(buffer);
    }

    /// <summary>Writes the extended state in XSAVE format; the span has at least <see cref="KvmHost.XStateSize"/> bytes.</summary>
    public void SaveXState(Span<byte> xsave)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(xsave.Length, _host.XStateSize);
        nuint request = _host.HasXsave2 ? NativeKvm.GetXsave2 : NativeKvm.GetXsave;
        if (NativeKvm.Ioctl(_handle, request, ref MemoryMarshal.GetReference(xsave)) < 0)
        {
            throw Failure("KVM_GET_XSAVE");
        }
    }

    /// <summary>Loads extended state in XSAVE format, <see cref="KvmHost.XStateSize"/> bytes. False when KVM refuses its content.</summary>
    public bool LoadXState(ReadOnlySpan<byte> xsave)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(xsave.Length, _host.XStateSize);
        return NativeKvm.Ioctl(_handle, NativeKvm.SetXsave, ref MemoryMarshal.GetReference(xsave)) == 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_kickLock)
        {
            if (!_disposed)
            {
                _disposed = true;
                _ = NativeMmap.Unmap(_page.Address, (nuint)_pageSize);
                _handle.Dispose();
            }
        }
    }

    private static KvmException Failure(string call)
    {
        int errno = Marshal.GetLastPInvokeError();
        return new KvmException(KvmError.CallFailed, $"{call} failed: {Errno.Text(errno)}.", errno);
    }

    // The order (immediate_exit first, then the flag) is what keeps a kick that comes in between from being lost.
    private bool TakeKick()
    {
        if (Volatile.Read(ref _kickPending) == 0)
        {
            return false;
        }

        Volatile.Write(ref _page.ImmediateExit, 0);
        return Interlocked.Exchange(ref _kickPending, 0) != 0;
    }

    private VcpuExit Decode() => _page.ExitReason switch
    {
        RunPage.ExitIo => new VcpuExit(VcpuExitReason.Io, _page.IoPort, _page.IoIsOutput),
        RunPage.ExitMmio => new VcpuExit(VcpuExitReason.Mmio, Address: _page.MmioAddress),
        RunPage.ExitInterruptWindow => new VcpuExit(VcpuExitReason.Kick),
        RunPage.ExitHalt => new VcpuExit(VcpuExitReason.Halt),
        RunPage.ExitShutdown => new VcpuExit(VcpuExitReason.Shutdown),
        RunPage.ExitFailEntry => new VcpuExit(VcpuExitReason.FailEntry, Detail: _page.FailReason),
        RunPage.ExitInternalError => new VcpuExit(VcpuExitReason.InternalError, Detail: _page.Suberror),
        uint other => new VcpuExit(VcpuExitReason.Unknown, Detail: other),
    };
}
