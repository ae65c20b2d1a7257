using System.Buffers.Binary;
using System.Text;

namespace PortableVirt.Emulation.Memory;

/// <summary>
/// KUSER_SHARED_DATA (read-only at 0x7ffe0000 in every process) and the gate page (0x7fff0000, execute-read): frames that all
/// processes share. Field offsets: ntddk.h; which fields the DLLs read: measured on libwine 8.0. A ticker keeps the times going.
/// </summary>
public sealed class SharedUserData : IDisposable
{
    /// <summary>Address of KUSER_SHARED_DATA.</summary>
    public const ulong Address = 0x7ffe0000;

    /// <summary>Address of the gate page.</summary>
    public const ulong GateAddress = 0x7fff0000;

    /// <summary>System-call number that the unix-call gate uses: table 3, number 0.</summary>
    public const uint UnixCallNumber = 0x3000;

    private const int PageSize = 4096;
    private static readonly TimeSpan _period = TimeSpan.FromMilliseconds(1);
    private readonly Executive _executive;
    private readonly PageFileSection _data;
    private readonly PageFileSection _gates;
    private readonly ulong _dataGpa;
    private Thread? _ticker;
    private readonly ManualResetEvent _stopped = new(false);

    internal SharedUserData(Executive executive)
    {
        _executive = executive;
        _data = new PageFileSection(executive.GuestMemory, PageSize, MemoryTypes.SectionCommit, PageProtection.ReadOnly);
        _gates = new PageFileSection(executive.GuestMemory, PageSize, MemoryTypes.SectionCommit, PageProtection.ExecuteRead);
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

    /// <summary>Starts the thread that advances the times every millisecond.</summary>
    public void StartTicker()
    {
        _ticker = new Thread(() =>
        {
            while (!_stopped.WaitOne(_period))
            {
                Tick();
            }
        }, 64 << 10)
        { IsBackground = true, Name = "clock" };
        _ticker.Start();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopped.Set();
        _ticker?.Join();
        _stopped.Dispose();
    }

    private Span<byte> Page => _executive.GuestMemory.RamSpan(_dataGpa, PageSize);

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
        ProcessorFeatures.Fill(page.Slice(0x274, 64));
        Write32(page, 0x2d0, 0x110);
        page[0x2d5] = 3;
        Write32(page, 0x2d8, 1);
        Write32(page, 0x2e8, (uint)Math.Min(_executive.CommitCharge.Limit >> 12, uint.MaxValue));
        BinaryPrimitives.WriteInt64LittleEndian(page[0x300..], 10_000_000);
        Write32(page, 0x308, 0);
        Write32(page, 0x3c0, (uint)_executive.ProcessorCount);
        BinaryPrimitives.WriteUInt16LittleEndian(page[0x3c4..], 1);
    }

    private void FillGates()
    {
        // mov r10, rcx; mov eax, UnixCallNumber; syscall; ret
        ReadOnlySpan<byte> gate = [0x49, 0x89, 0xca, 0xb8, (byte)(UnixCallNumber & 0xff), (byte)(UnixCallNumber >> 8), 0, 0, 0x0f, 0x05, 0xc3];
        gate.CopyTo(_executive.GuestMemory.RamSpan(_gates.Store.GetFrames(0, 1).Gpa, PageSize));
    }

    private void Tick()
    {
        Span<byte> page = Page;
        long interrupt = _executive.Clock.InterruptTime;
        WriteKSystemTime(page[0x8..], interrupt);
        WriteKSystemTime(page[0x14..], _executive.Clock.SystemTime);
        WriteKSystemTime(page[0x320..], interrupt / 10_000);
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
