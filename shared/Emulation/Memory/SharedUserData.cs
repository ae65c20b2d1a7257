using System.Buffers.Binary;
using System.Text;
using PortableVirt.Emulation.Mailbox;
using PortableVirt.Hypervisor;

namespace PortableVirt.Emulation.Memory;

/// <summary>
/// KUSER_SHARED_DATA (read-only at 0x7ffe0000 in every process) and the gate page (0x7fff0000, execute-read): frames that all
/// processes share. Field offsets: ntddk.h; which fields the DLLs read: measured on libwine 8.0. A ticker keeps the times going. The page behind
/// KUSER_SHARED_DATA is for the gate in user mode (<see cref="UserGate"/>), which is opened once a program has run for a while.
/// </summary>
public sealed class SharedUserData : IDisposable
{
    /// <summary>Address of KUSER_SHARED_DATA.</summary>
    public const ulong Address = 0x7ffe0000;

    /// <summary>Address of the gate page.</summary>
    public const ulong GateAddress = 0x7fff0000;

    /// <summary>System-call number that the unix-call gate uses: table 3, number 0.</summary>
    public const uint UnixCallNumber = 0x3000;

    internal const int PageSize = 4096;
    private const int TicksBeforeGate = 3;
    private const int StackBytes = 256 << 10;
    private const int SystemCallField = 0x308;

    /// <summary>Windows' own clock ticks every 15.6 ms; a busy processor loses some 20 us to each tick.</summary>
    private static readonly TimeSpan _period = TimeSpan.FromMilliseconds(8);
    private readonly Executive _executive;
    private readonly PageFileSection _data;
    private readonly PageFileSection _gates;
    private readonly ulong _dataGpa;
    private readonly Lock _tickLock = new();
    private readonly ManualResetEvent _stopped = new(false);
    private ManualResetEvent? _tickerEnded;
    private volatile UserGate? _gate;

    internal SharedUserData(Executive executive)
    {
        _executive = executive;
        _data = new PageFileSection(executive.GuestMemory, 2 * PageSize, MemoryTypes.SectionCommit, PageProtection.ReadOnly);
        _gates = new PageFileSection(executive.GuestMemory, PageSize, MemoryTypes.SectionCommit, PageProtection.ExecuteRead) { HoldsKernelCode = true };
        _dataGpa = _data.Store.GetFrames(0, 1).Gpa;
        FillConstants();
        FillGates();
        Tick();
    }

    /// <summary>Maps both pages into a new process.</summary>
    internal NtStatus MapInto(AddressSpace space)
    {
        NtStatus status = space.MapView(_data, new AllocationRequest { Address = Address, Protection = PageProtection.ReadOnly }, 0, out _, out _);
        return status.IsSuccess
            ? space.MapView(_gates, new AllocationRequest { Address = GateAddress, Protection = PageProtection.ExecuteRead }, 0, out _, out _)
            : status;
    }

    /// <summary>Lets the times advance every 8 ms from now on, and the gate in user mode open after a few of these.</summary>
    /// <param name="existing">Gives the work to a thread that is there already and has nothing else to do any more; false when there is none. To start a thread is to wait until it runs.</param>
    /// <param name="first">What is done at the first tick, when a short program has ended already.</param>
    public void StartTicker(Func<Action, bool>? existing = null, Action? first = null)
    {
        _tickerEnded = new ManualResetEvent(false);
        if (existing?.Invoke(Work) != true)
        {
            new Thread(Work, StackBytes) { IsBackground = true, Name = "clock" }.Start();
        }

        void Work()
        {
            for (int ticks = 0; !_stopped.WaitOne(_period); ticks++)
            {
                if (ticks == 0)
                {
                    first?.Invoke();
                }
                _executive.Clock.Monotonic.WaitWhilePaused();
                Tick();
                if (ticks >= TicksBeforeGate)
                {
                    OpenGate();
                }
                TickTime();
                if (ticks == TicksBeforeGate)
                {
                    // A pause is not to wait for it, and a short program neither.
                    VcpuPool.PrepareAwaitKicks();
                }
            }
            _tickerEnded.Set();
        }
    }

    /// <summary>Stops the times. Nothing may run in the guest.</summary>
    internal void StopTimes()
    {
        lock (_tickLock)
        {
            _executive.Clock.Stop();
        }
        Tick();
    }

    /// <summary>Lets the times go on from where they stand; system time is the host's.</summary>
    internal void StartTimes()
    {
        lock (_tickLock)
        {
            if (_executive.Clock.Start() is { } time && _gate is not null)
            {
                UserGate.WriteTime(GatePage, time, _executive.Clock.Monotonic.Lost != 0);
            }
        }
        Tick();
    }

    /// <summary>Has the times stop for good soon: the thread that advances them is free for other work then.</summary>
    public void StopTicker() => _stopped.Set();

    /// <inheritdoc/>
    public void Dispose()
    {
        _executive.Mailboxes.Dispose();
        StopTicker();
        _tickerEnded?.WaitOne();
        _tickerEnded?.Dispose();
        _stopped.Dispose();
    }

    /// <summary>The gate in user mode, null before it is open.</summary>
    internal UserGate? Gate => _gate;

    private Span<byte> Page => _executive.GuestMemory.RamSpan(_dataGpa, PageSize);

    private Span<byte> GatePage => _executive.GuestMemory.RamSpan(_dataGpa + PageSize, PageSize);

    private void FillConstants()
    {
        Span<byte> page = Page;
        Write32(page, 0x4, 1 << 24);
        BinaryPrimitives.WriteUInt16LittleEndian(page[0x2c..], 0x8664);
        BinaryPrimitives.WriteUInt16LittleEndian(page[0x2e..], 0x8664);
        Encoding.Unicode.GetBytes("C:\\windows", page[0x30..]);
        Write32(page, 0x244, 0x200000);
        Write32(page, 0x260, 19045);
        Write32(page, 0x264, 1);
        page[0x268] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(page[0x26a..], 9);
        Write32(page, 0x26c, 10);
        Write32(page, 0x270, 0);
        ProcessorFeatures.Fill(page.Slice(0x274, 64), _executive.Kernel.Vm.Host.SupportedXcr0);
        Write32(page, 0x2d0, 0x110);
        page[0x2d5] = 3;
        Write32(page, 0x2d8, 1);
        Write32(page, 0x2e8, (uint)Math.Min(_executive.CommitCharge.Limit >> 12, uint.MaxValue));
        BinaryPrimitives.WriteInt64LittleEndian(page[0x300..], 10_000_000);
        Write32(page, SystemCallField, 0);
        Write32(page, 0x3c0, (uint)_executive.ProcessorCount);
        BinaryPrimitives.WriteUInt16LittleEndian(page[0x3c4..], 1);
        if (_executive.HasAvx)
        {
            FillXState(page);
        }
    }

    /// <summary>XSTATE_CONFIGURATION for x87, SSE and AVX: offsets and sizes in an XSAVE area, compacted.</summary>
    private static void FillXState(Span<byte> page)
    {
        const int configuration = 0x3d8, features = configuration + 24, allFeatures = configuration + 0x22c;
        const uint compactionEnabled = 2;
        ReadOnlySpan<(uint Offset, uint Size)> components = [(0, 160), (160, 256), (576, 256)];
        BinaryPrimitives.WriteUInt64LittleEndian(page[configuration..], Exceptions.XStateArea.AllFeatures);
        BinaryPrimitives.WriteUInt64LittleEndian(page[(configuration + 8)..], Exceptions.XStateArea.AllFeatures);
        Write32(page, configuration + 16, 832);
        Write32(page, configuration + 20, compactionEnabled);
        for (int i = 0; i < components.Length; i++)
        {
            Write32(page, features + (i * 8), components[i].Offset);
            Write32(page, features + (i * 8) + 4, components[i].Size);
            Write32(page, allFeatures + (i * 4), components[i].Size);
        }
        Write32(page, allFeatures - 4, 832);
    }

    private void FillGates()
    {
        // mov r10, rcx; mov eax, UnixCallNumber; syscall; ret
        ReadOnlySpan<byte> gate = [0x49, 0x89, 0xca, 0xb8, (byte)(UnixCallNumber & 0xff), (byte)(UnixCallNumber >> 8), 0, 0, 0x0f, 0x05, 0xc3];
        gate.CopyTo(_executive.GuestMemory.RamSpan(_gates.Store.GetFrames(0, 1).Gpa, PageSize));
    }

    private void OpenGate()
    {
        if (_gate is null && _executive.Recorder is null)
        {
            _gate = UserGate.TryCreate(_executive.Syscalls, _executive.HasAvx);
            if (_gate is not null)
            {
                _gate.Code.CopyTo(_executive.GuestMemory.RamSpan(_gates.Store.GetFrames(0, 1).Gpa, PageSize)[(int)(UserGate.CodeAddress - GateAddress)..]);
                _gate.FillPage(GatePage);
                Volatile.Write(ref System.Runtime.CompilerServices.Unsafe.As<byte, uint>(ref Page[SystemCallField]), 1);
            }
        }
    }

    private void TickTime()
    {
        lock (_tickLock)
        {
            TimeBase? time = _executive.Kernel.Vm.Vcpus.SharesHostCounter && !_executive.Clock.Monotonic.IsStopped ? _executive.Clock.Discipline() : null;
            if (time is not null && _gate is not null)
            {
                UserGate.WriteTime(GatePage, time, _executive.Clock.Monotonic.Lost != 0);
            }
        }
    }

    /// <summary>Advances the times. Also done at the end of a timed wait, so that no program sees less time gone than it waited for.</summary>
    internal void Tick()
    {
        lock (_tickLock)
        {
            Span<byte> page = Page;
            // ntdll.dll seeds its random numbers with it: images of the same inputs are the same, however long the host took so far.
            long interrupt = _executive.LaunchCapture is { IsTaken: false } ? SystemClock.InitialInterruptTime : _executive.Clock.InterruptTime;
            WriteKSystemTime(page[0x8..], interrupt);
            WriteKSystemTime(page[0x14..], _executive.Clock.SystemTime);
            WriteKSystemTime(page[0x320..], interrupt / 10_000);
        }
    }

    /// <summary>KSYSTEM_TIME: readers retry while High1 and High2 differ, so High2 goes first and High1 last.</summary>
    private static void WriteKSystemTime(Span<byte> field, long value)
    {
        int high = (int)(value >> 32);
        Volatile.Write(ref System.Runtime.CompilerServices.Unsafe.As<byte, int>(ref field[8]), high);
        Volatile.Write(ref System.Runtime.CompilerServices.Unsafe.As<byte, int>(ref field[0]), (int)value);
        Volatile.Write(ref System.Runtime.CompilerServices.Unsafe.As<byte, int>(ref field[4]), high);
    }

    private static void Write32(Span<byte> page, int offset, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(page[offset..], value);
}
