using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Processes;
using PortableVirt.Emulation.Sync;
using PortableVirt.Emulation.Threads;
using PortableVirt.Hypervisor;
using PortableVirt.Kernel;

namespace PortableVirt.Emulation.Sync.Tests;

/// <summary>
/// An executive with one process whose threads are host threads without a vCPU. The process's memory is real, in a virtual machine that all tests share,
/// but nothing is mapped in it.
/// </summary>
internal sealed class TestWorld
{
    private static readonly GuestKernel s_kernel = new(new Vm(KvmDevice.Open()));

    private readonly List<Thread> _hosts = [];
    private readonly List<Exception> _failures = [];

    internal Executive Executive { get; } = WithoutMachine();

    internal NtProcess Process { get; }

    internal Dispatcher Dispatcher => Executive.Dispatcher;

    internal TestWorld() => Process = new NtProcess(Executive, new AddressSpace(s_kernel, new CommitCharge(1 << 30)));

    internal NtThread NewThread()
    {
        NtThread thread = new(Process);
        lock (Dispatcher.Lock)
        {
            Process.Threads.Add(thread);
        }
        return thread;
    }

    /// <summary>Runs guest-side code of a thread on a host thread of its own.</summary>
    internal NtThread Start(Action<NtThread> code)
    {
        NtThread thread = NewThread();
        Thread host = new(() =>
        {
            try
            {
                code(thread);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                lock (_failures)
                {
                    _failures.Add(e);
                }
            }
        })
        { IsBackground = true };
        _hosts.Add(host);
        host.Start();
        return thread;
    }

    /// <summary>Waits for all threads of <see cref="Start"/>; a thread that hangs or threw fails the test.</summary>
    internal void Join()
    {
        foreach (Thread host in _hosts)
        {
            Assert.True(host.Join(20_000), "a thread hangs");
        }
        Assert.Empty(_failures);
    }

    internal static NtTimeout After(double milliseconds) => new(new Deadline(Stopwatch.GetTimestamp() + (long)(milliseconds * Stopwatch.Frequency / 1000)), false);

    internal EventObject NewEvent(bool notification, bool set = false) => new(Dispatcher, notification, set);

    internal NtStatus Wait(NtThread thread, DispatcherObject value, NtTimeout timeout) => Dispatcher.Wait(thread, value, false, timeout);

    /// <summary>The parts of an executive that need no virtual machine.</summary>
    private static Executive WithoutMachine()
    {
        Executive executive = (Executive)RuntimeHelpers.GetUninitializedObject(typeof(Executive));
        Give(nameof(Executive.Namespace), new ObjectNamespace());
        Give(nameof(Executive.Dispatcher), new Dispatcher());
        Give(nameof(Executive.Clock), new SystemClock());
        Give(nameof(Executive.ClientIds), new ClientIdTable());
        Give(nameof(Executive.ProcessorCount), 2);
        Give(nameof(Executive.KeyedEvents), new KeyedEventTable());
        return executive;

        void Give(string property, object value) =>
            typeof(Executive).GetField($"<{property}>k__BackingField", BindingFlags.Instance | BindingFlags.NonPublic)!.SetValue(executive, value);
    }

    /// <summary>Waits until a thread is blocked, so that what follows finds it waiting.</summary>
    internal static void UntilParked(params NtThread[] threads)
    {
        foreach (NtThread thread in threads)
        {
            Assert.True(SpinWait.SpinUntil(() => thread.Park.IsParked, 10_000), "the thread does not block");
        }
    }
}
