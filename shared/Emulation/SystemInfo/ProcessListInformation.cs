using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Processes;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.SystemInfo;

/// <summary>The lists of processes, threads and handles (phnt's ntexapi.h has the layouts).</summary>
internal static class ProcessListInformation
{
    // KTHREAD_STATE and KWAIT_REASON (wdm.h).
    private const uint StateRunning = 2;
    private const uint StateWaiting = 5;
    private const uint WaitsSuspended = 5;
    private const uint WaitsForUserRequest = 6;

    /// <summary>SYSTEM_PROCESS_INFORMATION list: 256 bytes a process, 80 a thread (136 in the extended class), the image's name.</summary>
    public static InformationBuilder Processes(Executive executive, ulong baseAddress, bool extended)
    {
        InformationBuilder b = new(baseAddress);
        int previous = -1;
        foreach (NtProcess process in executive.ClientIds.Processes())
        {
            if (previous >= 0)
            {
                b.SetU32(previous, (uint)(b.Align(8) - previous));
            }
            previous = b.Length;
            Process(b, executive, process, extended);
        }
        b.Align(8);
        return b;
    }

    /// <summary>SYSTEM_HANDLE_INFORMATION: a count and 24 bytes a handle. Kernel addresses are not told.</summary>
    public static InformationBuilder Handles(Executive executive)
    {
        InformationBuilder b = new();
        b.U64(0);
        uint count = 0;
        foreach ((NtProcess process, Handle handle, HandleEntry entry) in AllHandles(executive))
        {
            b.U16((ushort)process.ProcessId).U16(0).U8(entry.Object.Kind.Index).U8(Attributes(entry)).U16((ushort)handle.Value).U64(0).U32(entry.Access).U32(0);
            count++;
        }
        b.SetU32(0, count);
        return b;
    }

    /// <summary>SYSTEM_HANDLE_INFORMATION_EX: a count and 40 bytes a handle.</summary>
    public static InformationBuilder ExtendedHandles(Executive executive)
    {
        InformationBuilder b = new();
        b.U64(0).U64(0);
        ulong count = 0;
        foreach ((NtProcess process, Handle handle, HandleEntry entry) in AllHandles(executive))
        {
            b.U64(0).U64(process.ProcessId).U64(handle.Value).U32(entry.Access).U16(0).U16(entry.Object.Kind.Index).U32(Attributes(entry)).U32(0);
            count++;
        }
        b.SetU64(0, count);
        return b;
    }

    private static IEnumerable<(NtProcess Process, Handle Handle, HandleEntry Entry)> AllHandles(Executive executive) =>
        executive.ClientIds.Processes().SelectMany(process => process.Handles.Snapshot().Select(item => (process, item.Handle, item.Entry)));

    private static byte Attributes(HandleEntry entry) => (byte)((entry.ProtectFromClose ? 1 : 0) | (entry.Inherit ? 2 : 0));

    private static void Process(InformationBuilder b, Executive executive, NtProcess process, bool extended)
    {
        NtThread[] threads;
        lock (executive.Dispatcher.Lock)
        {
            threads = [.. process.Threads];
        }
        int start = b.Reserve(0x100);
        b.SetU32(start + 0x4, (uint)threads.Length);
        b.SetU32(start + 0x14, (uint)threads.Length);
        b.SetU64(start + 0x20, (ulong)process.CreateTime);
        b.SetU32(start + 0x48, (uint)process.BasePriority);
        b.SetU64(start + 0x50, process.ProcessId);
        b.SetU64(start + 0x58, process.ParentProcessId);
        b.SetU32(start + 0x60, (uint)process.Handles.Count);
        b.SetU32(start + 0x64, process.SessionId);
        b.SetU64(start + 0x68, process.ProcessId);
        ThreadTimes used = process.Times;
        b.SetU64(start + 0x18, process.CyclesOf(used));
        b.SetU64(start + 0x28, (ulong)used.User);
        b.SetU64(start + 0x30, (ulong)used.Kernel);
        InformationBuilder memory = ProcessInformation.VmCounters(new InformationBuilder(), process.AddressSpace.Usage, extended: true);
        b.Set(start + 0x70, memory.Data);
        b.Set(start + 0xd0, ProcessInformation.Io(new InformationBuilder(), process.Io.Counters).Data);
        foreach (NtThread thread in threads)
        {
            Thread(b, thread, extended);
        }
        string path = process.ImagePath;
        b.SetUnicodeString(start + 0x38, path[(path.LastIndexOf('\\') + 1)..]);
    }

    private static void Thread(InformationBuilder b, NtThread thread, bool extended)
    {
        bool isSuspended = thread.SuspendCount != 0;
        ThreadTimes used = thread.Times;
        int place = b.Reserve(extended ? 0x88 : 0x50);
        b.SetU64(place, (ulong)used.Kernel);
        b.SetU64(place + 0x8, (ulong)used.User);
        b.SetU64(place + 0x10, (ulong)thread.CreateTime);
        b.SetU64(place + 0x20, thread.Process.Ntdll.RtlUserThreadStart);
        b.SetU64(place + 0x28, thread.Process.ProcessId);
        b.SetU64(place + 0x30, thread.ThreadId);
        b.SetU32(place + 0x38, (uint)(thread.Process.BasePriority + thread.BasePriority));
        b.SetU32(place + 0x3c, (uint)(thread.Process.BasePriority + thread.BasePriority));
        b.SetU32(place + 0x44, isSuspended || thread.Park.IsParked ? StateWaiting : StateRunning);
        b.SetU32(place + 0x48, isSuspended ? WaitsSuspended : WaitsForUserRequest);
        if (extended)
        {
            b.SetU64(place + 0x50, thread.StackBase);
            b.SetU64(place + 0x58, thread.StackAllocation);
            b.SetU64(place + 0x60, thread.StartAddress);
            b.SetU64(place + 0x68, thread.Teb);
        }
    }
}
