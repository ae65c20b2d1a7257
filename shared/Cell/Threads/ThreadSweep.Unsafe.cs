using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using PortableVirt.Cell.Native;

namespace PortableVirt.Cell.Threads;

/// <summary>
/// Lets every thread of this process make the same system calls. Landlock, capabilities and no_new_privs belong to a thread, and the .NET runtime has
/// started threads before Main runs. What a thread has, those that it starts have too, so the sweep is over when a look finds no thread that was not swept.
/// </summary>
internal static unsafe class ThreadSweep
{
    /// <summary>A real-time signal that nobody else uses: glibc has 32 and 33, the .NET runtime 34, the hypervisor 40.</summary>
    private const int Signal = 41;

    /// <summary>SI_QUEUE: the signal comes with a value.</summary>
    private const int Queued = -1;

    private const string TasksFolder = "/proc/self/task";
    private const int InformationSize = 128;
    private const int ValueOffset = 24;

    /// <summary>PF_USER_WORKER, PF_IO_WORKER (linux/sched.h).</summary>
    private const uint UserWorker = 0x4000;
    private const uint InputOutputWorker = 0x10;

    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _patience = TimeSpan.FromMicroseconds(20);

    /// <summary>The threads of this process can be listed.</summary>
    public static bool IsPossible => Directory.Exists(TasksFolder);

    /// <summary>Makes the calls on the calling thread alone.</summary>
    /// <returns>1.</returns>
    /// <exception cref="CellException">A call fails.</exception>
    public static int RunHere(IEnumerable<ThreadCall> calls)
    {
        foreach (ThreadCall call in calls)
        {
            if (NativeCell.Call(call.Number, call.First, call.Second, call.Third, 0) < 0)
            {
                throw new CellException($"this thread cannot give up its rights: {Marshal.GetLastPInvokeErrorMessage()}");
            }
        }
        return 1;
    }

    /// <summary>Makes the calls on all threads.</summary>
    /// <returns>The number of threads.</returns>
    /// <exception cref="CellException">A thread cannot be reached, or a call fails on one.</exception>
    public static int Run(NativeCode code, ReadOnlySpan<ThreadCall> calls)
    {
        code.SetCalls(calls);
        SignalAction action = new() { Handler = code.ConfineHandler, Flags = SignalAction.WithInformation };
        if (NativeCell.SigAction(Signal, ref action, 0) != 0)
        {
            throw new CellException($"sigaction: {Marshal.GetLastPInvokeErrorMessage()}");
        }
        Dictionary<int, int> swept = [];
        while (true)
        {
            List<int> fresh = Fresh(swept);
            if (fresh.Count == 0)
            {
                return swept.Count;
            }
            foreach (int id in fresh)
            {
                if (swept.Count == NativeCode.MaximumThreads)
                {
                    throw new CellException($"the process has more than {NativeCode.MaximumThreads} threads");
                }
                swept[id] = swept.Count;
                Send(id, code.SlotAddress(swept[id]));
            }
            Await(code, swept, fresh);
        }
    }

    private static void Await(NativeCode code, Dictionary<int, int> swept, List<int> fresh)
    {
        long begin = Stopwatch.GetTimestamp();
        foreach (int id in fresh)
        {
            SpinWait wait = default;
            bool asked = false;
            int answer;
            while ((answer = code.Answer(swept[id])) == 0)
            {
                TimeSpan waited = Stopwatch.GetElapsedTime(begin);
                if (waited > _longest)
                {
                    throw new CellException("a thread of the process does not answer");
                }
                if (!asked && waited > _patience)
                {
                    asked = true;
                    if (!RunsUserCode(id))
                    {
                        break;
                    }
                }
                wait.SpinOnce(sleep1Threshold: 1000);
            }
            if (answer < 0)
            {
                throw new CellException($"a thread cannot give up its rights: {Marshal.GetPInvokeErrorMessage(-answer)}");
            }
        }
    }

    /// <summary>False for threads that are gone, and for those that the kernel runs in this process for itself, as KVM does: they take no signals.</summary>
    private static bool RunsUserCode(int threadId)
    {
        // proc(5): the flags are the ninth word, the seventh after the name in parentheses.
        Span<byte> text = stackalloc byte[512];
        int file = NativeCell.Open(string.Create(CultureInfo.InvariantCulture, $"/proc/self/task/{threadId}/stat"), NativeCell.OpenCloseOnExec);
        nint length = file < 0 ? 0 : NativeCell.Read(file, text, (nuint)text.Length);
        _ = file < 0 ? 0 : NativeCell.Close(file);
        if (length <= 0)
        {
            return false;
        }
        text = text[..(int)length];
        text = text[(text.LastIndexOf((byte)')') + 2)..];
        for (int word = 0; word < 6; word++)
        {
            text = text[(text.IndexOf((byte)' ') + 1)..];
        }
        uint flags = uint.Parse(text[..text.IndexOf((byte)' ')], CultureInfo.InvariantCulture);
        return (flags & (UserWorker | InputOutputWorker)) == 0;
    }

    private static void Send(int threadId, nint slot)
    {
        byte* information = stackalloc byte[InformationSize];
        new Span<byte>(information, InformationSize).Clear();
        ((int*)information)[0] = Signal;
        ((int*)information)[2] = Queued;
        *(nint*)(information + ValueOffset) = slot;
        // A thread that has ended meanwhile is found gone later.
        _ = NativeCell.Call(NativeCell.SysRtTgSigQueueInfo, Environment.ProcessId, threadId, Signal, (nint)information);
    }

    /// <summary>The threads of this process that were not there before.</summary>
    private static List<int> Fresh(Dictionary<int, int> swept)
    {
        List<int> fresh = NumberedFolder.TryRead(TasksFolder) ?? throw new CellException($"{TasksFolder} cannot be read: {Marshal.GetLastPInvokeErrorMessage()}");
        fresh.RemoveAll(swept.ContainsKey);
        return fresh;
    }
}
